import { toJson } from './json.js';
import { ask } from './page.js';

interface Stored {
  /** Whose the browser's present subscription is, as which it is known to the server, and which one it was then. */
  owner?: string;
  id?: string;
  endpoint?: string;
  /** The users who want it here: it is taken down while another one is here, and brought back with them. */
  wants?: string[];
}

/** More people than share a browser. */
const REMEMBERED_USERS = 20;

/** What the browser remembers of pushes, for all pages of one server. */
export class PushRecord {
  readonly #key: string;

  constructor(server: string) {
    this.#key = `carillon push ${server}`;
  }

  /** Calls back when another tab has changed it. */
  watch(listener: () => void): void {
    const hear = ({ key }: StorageEvent): void => {
      if (key === this.#key) listener();
    };
    ask(() => addEventListener('storage', hear), undefined);
  }

  get owner(): string | undefined {
    return this.#read().owner;
  }

  get id(): string | undefined {
    return this.#read().id;
  }

  get endpoint(): string | undefined {
    return this.#read().endpoint;
  }

  wants(user: string): boolean {
    return this.#read().wants?.includes(user) ?? false;
  }

  want(user: string, wanted: boolean): void {
    const others = (this.#read().wants ?? []).filter((one) => one !== user);
    this.#write({ wants: wanted ? [user, ...others].slice(0, REMEMBERED_USERS) : others });
  }

  own(owner: string | undefined, id?: string, endpoint?: string): void {
    this.#write({ owner, id, endpoint });
  }

  #read(): Stored {
    return ask(() => JSON.parse(localStorage.getItem(this.#key) ?? '{}') as Stored, {});
  }

  #write(change: Stored): void {
    ask(() => localStorage.setItem(this.#key, toJson({ ...this.#read(), ...change })), undefined);
  }
}
