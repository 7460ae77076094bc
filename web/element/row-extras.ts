import { html, nothing, type TemplateResult } from 'lit';
import { safeImage, safeLink } from '../client/link.js';
import type { Level, NotificationAction, NotificationRow } from '../client/wire.js';
import { icons } from './icons.js';
import { fill, type Language } from './language.js';
import type { ListTexts } from './list-texts.js';
import type { Texts } from './texts.js';

/** The picture of who did it, over their initials, which stay where it cannot be loaded. */
export function face({ name, image }: NonNullable<NotificationRow['actor']>, level: Level): TemplateResult {
  const source = safeImage(image);
  return html`<span class="level face ${level}">
    <span aria-hidden="true">${initials(name)}</span>
    ${source ? picture(source, 'photo', 32, 32) : nothing}
    <span class="mark ${level}">${icons[level]}</span>
  </span>`;
}

/** What a row has below its words: a picture, and what can be done at once, or has been. */
export function rowExtras(
  row: NotificationRow,
  { texts }: Language<Texts & ListTexts>,
  act: (event: Event, action: NotificationAction) => void,
): TemplateResult | typeof nothing {
  const { actions = [], action: taken, image, title } = row;
  const source = safeImage(image);
  if (!source && actions.length === 0) return nothing;
  const done = actions.find(({ id }) => id === taken?.id);
  const offer = (action: NotificationAction): TemplateResult => {
    const { label, style = 'default' } = action;
    const link = safeLink(action.link);
    const name = fill(texts.named, { what: label, title });
    const click = (event: Event): void => act(event, action);
    return link
      ? html`<a
          class="button offer ${style}"
          href=${link}
          rel="noopener noreferrer"
          aria-label=${name}
          dir="auto"
          @click=${click}
          >${label}</a
        >`
      : html`<button class="offer ${style}" aria-label=${name} dir="auto" @click=${click}>${label}</button>`;
  };
  return html`<div class="extras">
    ${source ? picture(source, 'picture', 240, 135) : nothing}
    ${
      done
        ? html`<span class="taken" part="taken"
            >${icons.success}<span class="sr">${texts.acted}: </span><bdi>${done.label}</bdi></span
          >`
        : actions.length > 0
          ? html`<span class="offers" part="offers">${actions.map(offer)}</span>`
          : nothing
    }
  </div>`;
}

/** Of a fixed size, so that nothing moves when it comes; nothing of the page is said to where it is from. */
function picture(source: string, kind: string, width: number, height: number): TemplateResult {
  return html`<img
    class=${kind}
    alt=""
    width=${width}
    height=${height}
    loading="lazy"
    decoding="async"
    referrerpolicy="no-referrer"
    src=${source}
    @error=${hide}
  />`;
}

function hide({ target }: Event): void {
  (target as HTMLElement).hidden = true;
}

/** Of the first word and of the last one. */
function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words;
  return ends
    .map((word = '') => [...word][0] ?? '')
    .join('')
    .toLocaleUpperCase();
}
