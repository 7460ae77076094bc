/** How a user is reached, and in what language and zone. */
export interface Contact {
  userId: string;
  email: string | null;
  name: string | null;
  /** BCP 47. */
  locale: string | null;
  /** IANA. */
  timeZone: string | null;
  teamIds: string[];
}
