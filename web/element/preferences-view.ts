import { html, nothing, type TemplateResult } from 'lit';
import type { Catalogue, Channel, Frequency, NotificationType, Preferences } from '../client/wire.js';
import { channelExtras, type ChannelExtras } from './channel-extras.js';
import { type Language, own, readable, typeLabel } from './language.js';
import { MOST_COLUMNS } from './preferences-styles.js';
import type { SettingsTexts } from './settings-texts.js';
import type { Texts } from './texts.js';
import { toggle } from './toggle.js';

export type Setting = boolean | Frequency | null;

const FREQUENCIES: readonly Frequency[] = ['instant', 'hourly', 'daily', 'weekly'];

export interface PreferencesView {
  language: Language & { texts: Texts & SettingsTexts };
  extras: ChannelExtras;
  catalogue: Catalogue;
  settings: Preferences;
  /**
   * @param key of a channel, or of how often it sends
   * @param to null takes the setting back
   * @param type without it, the whole channel is meant
   */
  set(key: string, to: Setting, before: Setting, type?: string): void;
}

/** The switches of whole channels, and what comes by no channel because that one is not set up. */
export function channelList(view: PreferencesView): TemplateResult {
  const { texts } = view.language;
  const { channels } = view.catalogue;
  return html`<section class="channels" part="channels" aria-labelledby="channels">
    <h3 id="channels">${texts.wholeChannels}</h3>
    <p class="muted">${texts.everythingHint}</p>
    <ul role="list">
      ${channels.map((channel) => html`<li class="channel" part="channel">${channelRow(view, channel)}</li>`)}
    </ul>
  </section>`;
}

/**
 * Where nothing is set, it is on if it is on for any type. On again is what holds then, so that off and on changes nothing;
 * where that is nothing at all, it is everything.
 */
function channelRow(view: PreferencesView, channel: Channel): TemplateResult {
  const { texts } = view.language;
  const { key } = channel;
  const before = view.settings.channels[key] ?? null;
  const usual = view.catalogue.types.some((type) => type.channels[key]);
  const flip = (on: boolean): void => view.set(key, on ? !usual || null : false, before);
  const available = isAvailable(channel);
  const hint = available
    ? own(texts.channelHints, key)
    : [texts.unavailable, channel.reason].filter(Boolean).join('. ');
  return html`<span class="words"
      ><strong>${channelLabel(view, channel)}</strong
      >${hint ? html`<span class="what">${hint}</span>` : nothing}</span
    >${
      available
        ? toggle(`${texts.everything}: ${channelLabel(view, channel)}`, before ?? usual, flip)
        : nothing
    }${available ? channelExtras(view.extras, channel) : nothing}`;
}

/** A table for each category, those without one last. */
export function typeTables(view: PreferencesView): TemplateResult[] {
  const { texts } = view.language;
  const groups = new Map<string, NotificationType[]>();
  for (const type of view.catalogue.types) {
    const key = type.category ?? '';
    groups.set(key, [...(groups.get(key) ?? []), type]);
  }
  const rest = groups.get('');
  if (groups.delete('') && rest) groups.set('', rest);
  const noName = groups.size > 1 ? texts.otherTypes : texts.notifications;
  const title = (key: string): string =>
    key === '' ? noName : (own(texts.categories, key) ?? readable(key));
  return [...groups].map(([key, types], index) => typeTable(view, `group-${index}`, title(key), types));
}

/** The roles say again what the tags do: a table that is laid out as something else is none to every browser. */
function typeTable(
  view: PreferencesView,
  id: string,
  title: string,
  types: NotificationType[],
): TemplateResult {
  const channels = view.catalogue.channels.filter(isAvailable);
  const width = `columns-${Math.min(channels.length, MOST_COLUMNS)}`;
  const column = (name: unknown, wide = false): TemplateResult =>
    html`<th scope="col" role="columnheader" class=${wide ? 'wide' : nothing}>${name}</th>`;
  const isTimed = ({ key }: Channel): boolean =>
    types.some((type) => `${key}_frequency` in (view.settings.types[type.key] ?? {}));
  return html`<section part="category">
    <table part="table" class=${width} role="table" aria-labelledby=${id}>
      <thead role="rowgroup">
        <tr role="row">
          ${column(html`<h3 id=${id}>${title}</h3>`)}
          ${channels.map((channel) => column(channelLabel(view, channel), isTimed(channel)))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${types.map((type) => typeRow(view, type, channels))}
      </tbody>
    </table>
  </section>`;
}

function typeRow(view: PreferencesView, type: NotificationType, channels: Channel[]): TemplateResult {
  const { texts } = view.language;
  const name = typeLabel(view.language, type.key);
  const what = own(texts.descriptions, type.key) ?? type.description;
  const line = (text: string): TemplateResult => html`<span class="what" part="description">${text}</span>`;
  return html`<tr part="row" role="row">
    <th scope="row" role="rowheader">
      <strong>${name}</strong>
      ${what === name ? nothing : line(what)}
      ${type.mutable ? nothing : line(type.critical ? texts.criticalHint : texts.alwaysOnHint)}
    </th>
    ${channels.map((channel) => html`<td role="cell">${setting(view, name, type, channel)}</td>`)}
  </tr>`;
}

/** Where there are no columns, each says what it is for. */
function setting(
  view: PreferencesView,
  name: string,
  type: NotificationType,
  channel: Channel,
): TemplateResult {
  const { texts } = view.language;
  const { key } = channel;
  const label = channelLabel(view, channel);
  const column = html`<span class="name" aria-hidden="true">${label}</span>`;
  const on = (view.settings.types[type.key]?.[key] ?? type.channels[key]) === true;
  const fixed = (text: string): TemplateResult =>
    html`<span class="fixed">${column}<span>${text}</span></span>`;
  if (key === 'webhook' && type.webhook_event === null) return fixed(texts.notSent);
  if (!type.mutable) return fixed(on ? texts.alwaysOn : texts.notSent);
  return html`${toggle(`${name}: ${label}`, on, (to) => view.set(key, to, on, type.key), column)}${
    on ? howOften(view, `${name}: ${label}`, type, channel) : nothing
  }`;
}

/** How often the channel sends what is of the type, where users choose it and something is sent. */
function howOften(
  view: PreferencesView,
  name: string,
  type: NotificationType,
  { key }: Channel,
): TemplateResult | typeof nothing {
  const { texts } = view.language;
  const setting = `${key}_frequency`;
  const now = view.settings.types[type.key]?.[setting];
  if (typeof now !== 'string') return nothing;
  const choose = (event: Event): void =>
    view.set(setting, (event.target as HTMLSelectElement).value as Frequency, now, type.key);
  return html`<select aria-label=${`${name}: ${texts.howOften}`} @change=${choose}>
    ${FREQUENCIES.map(
      (one) => html`<option value=${one} .selected=${one === now}>${texts.frequencies[one]}</option>`,
    )}
  </select>`;
}

function channelLabel({ language }: PreferencesView, { key, label }: Channel): string {
  return own(language.texts.channels, key) ?? label;
}

function isAvailable({ available }: Channel): boolean {
  // A server of an older version does not say it.
  return available !== false;
}
