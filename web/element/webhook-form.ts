import { html, nothing, type TemplateResult } from 'lit';
import { ApiError } from '../client/errors.js';
import type { NewWebhook, Webhook, WebhookKind, WebhookPatch } from '../client/wire.js';
import type { SettingsTexts } from './settings-texts.js';
import type { Texts } from './texts.js';
import { closeModal, onDialogKey } from './top-layer.js';

/** Those that most people have first; their names are in the texts. */
const KINDS: readonly WebhookKind[] = ['discord', 'slack', 'ntfy', 'generic'];

export interface FormState {
  /** The one that is edited; undefined for a new one. */
  webhook: Webhook | undefined;
  kind: WebhookKind;
  allEvents: boolean;
  error: unknown;
}

export interface FormActions {
  change(patch: Partial<FormState>): void;
  submit(event: SubmitEvent): void;
  close(): void;
}

/** The fields of one webhook, in the platform's modal dialog. */
export function webhookForm(
  state: FormState | undefined,
  events: string[],
  texts: Texts & SettingsTexts,
  actions: FormActions,
): TemplateResult {
  return html`<dialog
    class="form"
    part="dialog"
    role="dialog"
    aria-labelledby="form-title"
    @keydown=${onDialogKey}
    @close=${() => actions.close()}
  >
    ${state ? formBody(state, events, texts, actions) : nothing}
  </dialog>`;
}

function formBody(
  state: FormState,
  events: string[],
  texts: Texts & SettingsTexts,
  actions: FormActions,
): TemplateResult {
  const { webhook, kind, error } = state;
  const chosen = new Set(webhook?.events ?? []);
  const pickKind = (event: Event): void =>
    actions.change({ kind: (event.target as HTMLSelectElement).value as WebhookKind });
  const cancel = (event: Event): void => closeModal((event.target as HTMLElement).closest('dialog'));
  return html`<h2 id="form-title">${webhook ? texts.editWebhook : texts.addWebhook}</h2>
    <form @submit=${actions.submit}>
      <label>${texts.name}<input name="name" required maxlength="100" .value=${webhook?.name ?? ''} /></label>
      ${problemAt(error, 'name')}
      ${
        webhook
          ? nothing
          : html`<label
              >${texts.kind}<select name="kind" aria-describedby="kind-hint" @change=${pickKind}>
                ${KINDS.map(
                  (value) =>
                    html`<option value=${value} ?selected=${value === kind}>${texts.kinds[value]}</option>`,
                )}
              </select></label
            >`
      }
      <p class="hint muted" id="kind-hint">${texts.kindHints[kind]}</p>
      <label
        >${texts.url}<input
          name="url"
          type="url"
          ?required=${!webhook}
          .placeholder=${webhook ? texts.urlKept : 'https://'}
          autocomplete="off"
      /></label>
      ${problemAt(error, 'url')} ${kind === 'ntfy' ? credentials(error, texts) : nothing}
      <fieldset>
        <legend>${texts.events}</legend>
        <div class="choices">
          <label
            ><input
              type="checkbox"
              name="all"
              .checked=${state.allEvents}
              @change=${(event: Event) => actions.change({ allEvents: (event.target as HTMLInputElement).checked })}
            />${texts.allEvents}</label
          >
          ${
            state.allEvents
              ? nothing
              : events.map(
                  (name) =>
                    html`<label
                      ><input
                        type="checkbox"
                        name="events"
                        value=${name}
                        .checked=${chosen.has(name)}
                      />${name}</label
                    >`,
                )
          }
        </div>
      </fieldset>
      ${problemAt(error, 'events')}
      ${
        error !== undefined && !(error instanceof ApiError && error.problem.errors)
          ? html`<p class="problem" role="alert">
              ${error instanceof Error ? error.message : texts.actionFailed}
            </p>`
          : nothing
      }
      <div class="buttons">
        <button type="button" class="outline" @click=${cancel}>${texts.cancel}</button>
        <button class="solid">${texts.save}</button>
      </div>
    </form>`;
}

function credentials(error: unknown, texts: Texts & SettingsTexts): TemplateResult {
  const field = (name: string, label: string, type: string): TemplateResult =>
    html`<label
        ><span>${label} <span class="muted">(${texts.optional})</span></span
        ><input name=${name} type=${type} autocomplete="off"
      /></label>
      ${problemAt(error, name)}`;
  return html`${field('token', texts.token, 'password')} ${field('username', texts.username, 'text')}
  ${field('password', texts.password, 'password')}`;
}

/** What the server said about one field. */
function problemAt(error: unknown, path: string): TemplateResult | typeof nothing {
  const errors = error instanceof ApiError ? (error.problem.errors ?? []) : [];
  const found = errors.find((issue) => issue.path === path || issue.path.startsWith(`${path}[`));
  return found ? html`<p class="problem" role="alert">${found.message}</p>` : nothing;
}

/** What was filled in: an empty field of an existing webhook leaves things as they are. */
export function formValues(form: HTMLFormElement, state: FormState): NewWebhook & WebhookPatch {
  const data = new FormData(form);
  const text = (name: string): string => String(data.get(name) ?? '').trim();
  const optional = Object.fromEntries(
    ['url', 'token', 'username', 'password'].flatMap((name) => (text(name) ? [[name, text(name)]] : [])),
  ) as Pick<NewWebhook, 'url' | 'token' | 'username' | 'password'>;
  const events = state.allEvents ? ('*' as const) : data.getAll('events').map(String);
  const kind = state.webhook ? {} : { kind: state.kind };
  return { name: text('name'), events, ...optional, ...kind } as NewWebhook & WebhookPatch;
}
