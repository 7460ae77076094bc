import { html, nothing, type TemplateResult } from 'lit';
import type { Day, Me, MePatch, QuietHours } from '../client/wire.js';
import { fill, type Language } from './language.js';
import type { MomentTexts } from './moment-texts.js';
import { toggle } from './toggle.js';

export interface MomentView {
  language: Language & { texts: MomentTexts };
  me: Me;
  set(patch: MePatch): void;
}

const DAYS: readonly Day[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** What holds until the user says something else. */
const DIGEST_AT = '08:00';
const DIGEST_DAY: Day = 'mon';
const NIGHT: QuietHours = { from: '22:00', to: '07:00' };

const HOUR_MS = 3_600_000;
/** A pause until a day ends when that has begun for people too. */
const MORNING = 8;

/** Pause, quiet hours, digests and the time zone. */
export function moment(view: MomentView): TemplateResult {
  const { texts } = view.language;
  const settings: [string, string, TemplateResult][] = [
    [texts.pause, texts.pauseHint, pause(view)],
    [texts.quietHours, texts.quietHint, quietHours(view)],
    [texts.digests, texts.digestsHint, digests(view)],
    [texts.timeZone, texts.timeZoneHint, timeZone(view)],
  ];
  return html`<section class="channels moment" part="moment" aria-labelledby="moment">
    <h3 id="moment">${texts.moment}</h3>
    <p class="muted">${texts.momentHint}</p>
    <ul role="list">
      ${settings.map(
        ([name, hint, control]) =>
          html`<li class="channel">
            <span class="words"><strong>${name}</strong><span class="what">${hint}</span></span
            >${control}
          </li>`,
      )}
    </ul>
  </section>`;
}

function pause({ language: { locale, texts }, me, set }: MomentView): TemplateResult {
  const until = new Date(me.paused_until ?? 0);
  if (until.getTime() > Date.now()) {
    const time = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }).format(until);
    return html`<span class="extras"
      ><span class="what paused">${fill(texts.pausedUntil, { name: time })}</span
      ><button class="outline pausing" @click=${() => set({ paused_until: null })}>
        ${texts.resume}
      </button></span
    >`;
  }
  const pauseUntil = (at: Date): void => set({ paused_until: at.toISOString() });
  const tomorrow = morningOf(new Date(), 1);
  return html`<div class="extras">
    <button class="outline pausing" @click=${() => pauseUntil(new Date(Date.now() + HOUR_MS))}>
      ${texts.pauseHour}</button
    ><button class="outline" @click=${() => pauseUntil(tomorrow)}>${texts.pauseTomorrow}</button>
    <form
      class="field"
      @submit=${(event: SubmitEvent) => {
        event.preventDefault();
        const [year = 0, month = 1, day = 1] = valueOf(event, 'day').split('-').map(Number);
        pauseUntil(morningOf(new Date(year, month - 1, day)));
      }}
    >
      <label>${texts.pauseDate} <input type="date" name="day" required min=${dateOf(tomorrow)} /></label
      ><button class="outline">${texts.pause}</button>
    </form>
  </div>`;
}

function quietHours(view: MomentView): TemplateResult {
  const { language, me, set } = view;
  const { texts } = language;
  const hours = me.quiet_hours;
  const flip = (on: boolean): void => set({ quiet_hours: on ? NIGHT : null });
  const change = (part: Partial<QuietHours>): void => set({ quiet_hours: { ...NIGHT, ...hours, ...part } });
  const switched = toggle(texts.quietHours, hours !== null, flip);
  if (!hours) return switched;
  const days = hours.days ?? DAYS;
  const turnDay = (event: Event, day: Day): void => {
    const box = event.target as HTMLInputElement;
    const chosen = DAYS.filter((one) => (one === day ? box.checked : days.includes(one)));
    // Quiet hours of no day are turned off by their switch.
    if (chosen.length === 0) box.checked = true;
    else change({ days: chosen.length === DAYS.length ? undefined : chosen });
  };
  return html`${switched}<span class="extras"
      >${timeField(texts.from, hours.from, (from) => change({ from }), [hours.to, texts.sameTime])}
      ${timeField(texts.to, hours.to, (to) => change({ to }), [hours.from, texts.sameTime])}</span
    ><span class="extras days" role="group" aria-label=${texts.quietDays}
      >${DAYS.map(
        (day) =>
          html`<label title=${dayName(language, day, 'long')}
            ><input
              type="checkbox"
              aria-label=${dayName(language, day, 'long')}
              .checked=${days.includes(day)}
              @change=${(event: Event) => turnDay(event, day)}
            /><span aria-hidden="true">${dayName(language, day, 'short')}</span></label
          >`,
      )}</span
    >`;
}

function digests({ language, me, set }: MomentView): TemplateResult {
  const { texts } = language;
  const day = me.digest_day ?? DIGEST_DAY;
  return html`<span class="extras"
    >${timeField(texts.digestAt, me.digest_at ?? DIGEST_AT, (at) => set({ digest_at: at }))}<label
      class="field"
      >${texts.digestDay}
      <select
        @change=${(event: Event) => set({ digest_day: (event.target as HTMLSelectElement).value as Day })}
      >
        ${DAYS.map(
          (one) =>
            html`<option value=${one} .selected=${one === day}>${dayName(language, one, 'long')}</option>`,
        )}
      </select></label
    ></span
  >`;
}

/** The browser's is offered, and never taken by itself: people travel. */
function timeZone({ language: { texts }, me, set }: MomentView): TemplateResult {
  const here = browserZone();
  const choose = (zone: string): void => set({ time_zone: zone || null });
  return html`<span class="extras"
    ><select
      aria-label=${texts.timeZone}
      @change=${(event: Event) => choose((event.target as HTMLSelectElement).value)}
    >
      <option value="" .selected=${me.time_zone === null}>${texts.noTimeZone}</option>
      ${zones(me.time_zone).map(
        (zone) =>
          html`<option value=${zone} .selected=${zone === me.time_zone}>
            ${zone.replaceAll('_', ' ')}
          </option>`,
      )}</select
    >${
      here === undefined || here === me.time_zone
        ? nothing
        : html`<button class="outline" @click=${() => choose(here)}>
            ${fill(texts.useTimeZone, { name: here })}
          </button>`
    }</span
  >`;
}

/** @param other another time, from which it has to differ, and what is said where it does not */
function timeField(
  label: string,
  value: string,
  change: (value: string) => void,
  other: readonly [time: string, problem: string] = ['', ''],
): TemplateResult {
  const check = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    input.setCustomValidity(input.value === other[0] ? other[1] : '');
    if (input.reportValidity()) change(input.value);
  };
  return html`<label class="field"
    >${label} <input type="time" required .value=${value} @change=${check}
  /></label>`;
}

function dayName({ locale }: Language, day: Day, weekday: 'long' | 'short'): string {
  // The first of 2024 was a Monday.
  const date = Date.UTC(2024, 0, 1 + DAYS.indexOf(day));
  return new Intl.DateTimeFormat(locale, { weekday, timeZone: 'UTC' }).format(date);
}

function morningOf(day: Date, later = 0): Date {
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + later, MORNING);
}

/** As an input writes it. */
function dateOf(day: Date): string {
  const two = (number: number): string => String(number).padStart(2, '0');
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

function valueOf(event: SubmitEvent, name: string): string {
  return String(new FormData(event.target as HTMLFormElement).get(name));
}

function browserZone(): string | undefined {
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  return zone === 'Etc/Unknown' ? undefined : zone;
}

/** Older browsers know no list; what is set may be in none. */
function zones(set: string | null): string[] {
  const known = 'supportedValuesOf' in Intl ? Intl.supportedValuesOf('timeZone') : [];
  return [...new Set(['UTC', ...(set === null ? [] : [set]), ...known, browserZone() ?? 'UTC'])].sort();
}
