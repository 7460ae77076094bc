import { html, nothing, type TemplateResult } from 'lit';
import type { ListTexts } from './list-texts.js';
import type { Language } from './language.js';
import { momentText } from './moments.js';
import { closeModal, onDialogKey } from './top-layer.js';
import type { Texts } from './texts.js';

/** When a day of work begins, where nothing is known of the reader's own. */
const MORNING = 8;
const LATER_HOURS = 3;
const SATURDAY = 6;
const MONDAY = 1;
/** The server takes 366 days; its clock may be another. */
const FARTHEST_DAYS = 365;

export interface SnoozeTime {
  key: keyof ListTexts['snoozeTimes'];
  at: Date;
}

/** What is offered at a moment, in the zone that the browser is in: those that would say the same are left out. */
export function snoozeTimes(now: Date): SnoozeTime[] {
  const later = new Date(now.getFullYear(), now.getMonth(), now.getDate(), now.getHours() + LATER_HOURS + 1);
  const tomorrow = morning(now, 1);
  const weekend = morning(now, (SATURDAY - now.getDay() + 7) % 7 || 7);
  const week = morning(now, (MONDAY - now.getDay() + 7) % 7 || 7);
  const times: SnoozeTime[] = [{ key: 'tomorrow', at: tomorrow }];
  if (later.getDate() === now.getDate()) times.unshift({ key: 'later', at: later });
  // On a Saturday and a Sunday that is now.
  if (weekend > tomorrow && now.getDay() !== SATURDAY && now.getDay() !== 0)
    times.push({ key: 'weekend', at: weekend });
  if (week > tomorrow) times.push({ key: 'week', at: week });
  return times;
}

function morning(now: Date, days: number): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, MORNING);
}

/** A time of `datetime-local`, if it may be snoozed until then. */
export function otherTime(value: string, now: Date): Date | undefined {
  const at = new Date(value);
  return at > now && at.getTime() - now.getTime() < FARTHEST_DAYS * 86_400_000 ? at : undefined;
}

export interface Snoozing {
  /** Since when it is asked. */
  readonly now: Date;
  /** Whether another time was given that cannot be. */
  wrong: boolean;
}

interface SnoozeAnswers {
  pick(at: Date): void;
  /** What was given is no time that can be. */
  refuse(): void;
}

/** Asks until when. The platform's modal dialog keeps the focus inside and gives it back. */
export function snoozeDialog(
  asked: Snoozing | undefined,
  language: Language<Texts & ListTexts>,
  answers: SnoozeAnswers,
): TemplateResult {
  const { texts } = language;
  const close = (event: Event): void => closeModal((event.currentTarget as Element).closest('dialog'));
  const pick = (event: Event, at: Date): void => {
    close(event);
    answers.pick(at);
  };
  const submit = (event: Event): void => {
    event.preventDefault();
    const { value } = (event.currentTarget as HTMLFormElement).elements.namedItem('at') as HTMLInputElement;
    const at = otherTime(value, new Date());
    if (at) pick(event, at);
    else answers.refuse();
  };
  const choice = ({ key, at }: SnoozeTime): TemplateResult =>
    html`<li>
      <button class="time" @click=${(event: Event) => pick(event, at)}>
        <span>${texts.snoozeTimes[key]}</span
        ><span class="muted">${momentText(language, at, asked?.now)}</span>
      </button>
    </li>`;
  return html`<dialog class="snooze" part="dialog" aria-labelledby="snooze" @keydown=${onDialogKey}>
    <h2 id="snooze">${texts.snoozeUntil}</h2>
    ${
      asked
        ? html`<ul>
              ${snoozeTimes(asked.now).map(choice)}
            </ul>
            <form novalidate @submit=${submit}>
              <label
                >${texts.otherTime}
                <input
                  type="datetime-local"
                  name="at"
                  aria-invalid=${asked.wrong}
                  aria-describedby="snooze-wrong"
              /></label>
              <button class="outline">${texts.snooze}</button>
            </form>
            <p id="snooze-wrong" class="wrong" role="alert">${asked.wrong ? texts.wrongTime : nothing}</p>`
        : nothing
    }
    <div class="buttons"><button class="outline" @click=${close}>${texts.cancel}</button></div>
  </dialog>`;
}
