import { html, type PropertyValues, type TemplateResult } from 'lit';
import type { NotificationRow } from '../client/wire.js';
import { helpDialog, type InboxFrame, inboxHeader, inboxTools } from './inbox-frame.js';
import { inboxStyles } from './inbox-styles.js';
import type { Command } from './keys.js';
import { ListElement } from './list-element.js';
import type { Group } from './list-rows.js';
import { byDay, dayText } from './moments.js';
import { successor } from './row-focus.js';
import { Selection } from './selection.js';
import { openModal } from './top-layer.js';

/**
 * A page of one's own: the inbox, what is snoozed and what is archived, by day, and what can be done to many at once. It
 * scrolls with what it stands in.
 *
 * @fires carillon-open a notification was opened: `detail` is `{ notification }`. Preventing its default prevents
 * following the link, for an application that navigates by itself.
 * @fires carillon-navigate a link to a page of the application was followed: `detail` is `{ href }`, and the same holds.
 */
export class CarillonInbox extends ListElement {
  static override styles = [...ListElement.styles, inboxStyles];

  readonly #selection = new Selection();
  /** Whether the tools had the focus, whose buttons go with the selection. */
  #toolsHadFocus = false;
  #isNew = true;

  constructor() {
    super();
    this.filter = { view: 'full' };
  }

  protected override forget(): void {
    super.forget();
    this.#selection.clear();
    this.#dialog()?.close();
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (changed.has('filter')) this.#selection.clear();
    this.#selection.keep(this.#order, (id) => successor(this.items, id));
    this.#toolsHadFocus = this.#focused?.closest('.tools') !== null && this.#focused !== null;
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    if (this.#toolsHadFocus && !this.#focused)
      this.renderRoot.querySelector<HTMLElement>('.all, .scroll')?.focus();
    if (!this.#isNew || !this.view?.state.loaded) return;
    this.#isNew = false;
    // As of a field that has it: where nothing else was taken into use meanwhile.
    if (this.autofocus && document.activeElement === document.body)
      this.renderRoot.querySelector<HTMLElement>('.scroll')?.focus({ preventScroll: true });
  }

  protected override get targets(): readonly NotificationRow[] {
    const selected = this.items.filter(({ id }) => this.#selection.has(id));
    return selected.length > 0 ? selected : super.targets;
  }

  protected override groups(): Group[] {
    // What is snoozed comes back at other times than those by which it is ordered.
    if (this.filter.state === 'snoozed') return super.groups();
    const now = new Date();
    return byDay(this.items).map(({ day, rows }) => ({ heading: dayText(this.language, day, now), rows }));
  }

  protected override isSelected(id: string): boolean {
    return this.#selection.has(id);
  }

  protected override select(id: string, extend: boolean): void {
    if (extend) this.#selection.extend(id, this.#order);
    else this.#selection.toggle(id);
    this.requestUpdate();
  }

  protected override refused(rows: readonly NotificationRow[]): void {
    this.#selection.takeBack(rows.map(({ id }) => id));
  }

  protected override frame(): TemplateResult {
    const { language } = this;
    const frame = this.#frame();
    return html`${inboxHeader(language, frame)} ${inboxTools(language, frame)} ${this.list()}
    ${helpDialog(language.texts)}`;
  }

  #frame(): InboxFrame {
    return {
      ...this.surroundings,
      shown: this.items.length,
      selected: this.#selection.size,
      unreadSelected: this.targets.some(({ read_at }) => read_at === null),
      archiveRead: () => this.actions.archiveRead(),
      obey: (command) => void this.obey(command),
    };
  }

  protected override obey(command: Command, event?: KeyboardEvent): boolean {
    const { current } = this.rowFocus;
    switch (command) {
      case 'select':
        if (current) this.select(current, event?.shiftKey ?? false);
        return current !== undefined;
      case 'selectAll':
        this.#selectAll(true);
        return true;
      case 'clear':
        if (this.#selection.size === 0) return false;
        this.#selectAll(false);
        return true;
      case 'help':
        openModal(this.#dialog());
        return true;
      default:
        return super.obey(command, event);
    }
  }

  #selectAll(on: boolean): void {
    if (on) this.#selection.all(this.#order);
    else this.#selection.clear();
    this.requestUpdate();
  }

  get #order(): string[] {
    return this.items.map(({ id }) => id);
  }

  get #focused(): Element | null {
    return (this.renderRoot as ShadowRoot | undefined)?.activeElement ?? null;
  }

  #dialog(): HTMLDialogElement | null {
    return this.renderRoot.querySelector<HTMLDialogElement>('dialog.help');
  }
}
