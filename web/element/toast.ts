import { html, nothing, type TemplateResult } from 'lit';
import { safeLink } from '../client/link.js';
import type { Toast } from '../client/wire.js';
import { icons } from './icons.js';
import { fill, type Language, typeLabel } from './language.js';

export interface Shown {
  key: number;
  toast: Toast;
}

export interface ToastActions {
  open(event: Event, shown: Shown): void;
  dismiss(key: number): void;
}

/** One toast. Its title and body are text, whatever they contain; its link was checked, twice. */
export function toastCard(shown: Shown, language: Language, actions: ToastActions): TemplateResult {
  const { key, toast } = shown;
  const { texts } = language;
  const link = safeLink(toast.link);
  const dismiss = fill(texts.dismiss, { title: toast.title });
  const title = link
    ? html`<a href=${link} rel="noopener noreferrer" @click=${(event: Event) => actions.open(event, shown)}
        >${toast.title}</a
      >`
    : toast.title;
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return;
    // It is not for the dialog that the toast may stand in.
    event.preventDefault();
    event.stopPropagation();
    actions.dismiss(key);
  };
  return html`<div
    class="toast ${toast.level}"
    part="toast toast-${toast.level}"
    data-key=${key}
    @keydown=${onKey}
  >
    <span class="level ${toast.level}"
      >${icons[toast.level]}<span class="sr">${texts.levels[toast.level]}</span></span
    >
    <div class="words">
      <p class="title" part="toast-title" dir="auto">${title}</p>
      ${toast.body ? html`<p class="body" part="toast-body" dir="auto">${toast.body}</p>` : nothing}
      <p class="meta">${typeLabel(language, toast.type)}</p>
    </div>
    <button class="icon" aria-label=${dismiss} title=${dismiss} @click=${() => actions.dismiss(key)}>
      ${icons.close}
    </button>
  </div>`;
}
