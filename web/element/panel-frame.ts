import { html, nothing, type TemplateResult } from 'lit';
import { choice, count, type Frame, listHeader, markAll, toPreferences, typeFilter } from './frame-parts.js';
import type { Language } from './language.js';
import { closeButton } from './list-parts.js';
import type { ListTexts } from './list-texts.js';
import type { Texts } from './texts.js';

/** What can be done to the list as a whole, in two lines on any screen. */
export function panelHeader(
  language: Language<Texts & ListTexts>,
  header: Frame & { close(): void },
): TemplateResult {
  const { texts } = language;
  const { filter, unread, pick } = header;
  const only = filter.read_state === 'unread';
  return listHeader(
    texts,
    [markAll(texts, header), toPreferences(texts, header), closeButton(texts, header.close)],
    [
      choice(texts.all, !only, () => pick({ read_state: undefined })),
      choice(html`${texts.onlyUnread} ${count(unread)}`, only, () => pick({ read_state: 'unread' })),
    ],
    typeFilter(language, header),
  );
}

interface Footer {
  /** Where the page has an inbox of its own. */
  inboxHref: string | undefined;
  follow(event: Event): void;
  /** Undefined when nothing is read. */
  deleteRead: (() => void) | undefined;
}

export function panelFooter(texts: Texts & ListTexts, footer: Footer): TemplateResult {
  return html`<div class="end" part="footer">
    ${
      footer.inboxHref
        ? html`<a class="button text see-all" href=${footer.inboxHref} @click=${footer.follow}
            >${texts.seeAll}</a
          >`
        : nothing
    }
    <button class="delete-read" aria-disabled=${!footer.deleteRead} @click=${footer.deleteRead}>
      ${texts.deleteRead}
    </button>
  </div>`;
}
