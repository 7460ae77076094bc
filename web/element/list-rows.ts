import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { ViewFilter, ViewState } from '../client/view.js';
import type { NotificationRow } from '../client/wire.js';
import { broken, empty, skeleton } from './list-parts.js';
import type { ListTexts } from './list-texts.js';
import type { Texts } from './texts.js';

/** Rows that stand together. */
export interface Group {
  heading?: string;
  rows: readonly NotificationRow[];
}

interface List {
  texts: Texts & ListTexts;
  filter: ViewFilter;
  /** Undefined before there is a server. */
  state: ViewState | undefined;
  groups(): Group[];
  row(row: NotificationRow): TemplateResult;
  retry(): void;
  more(): void;
}

/** What a list has: its rows, or why there are none. */
export function listRows(list: List): TemplateResult {
  const { texts, filter, state } = list;
  if (!state || (!state.loaded && !state.error)) return skeleton(texts);
  if (state.error && !state.loaded) return broken(texts, state.error, list.retry);
  if (state.items.length === 0 && !state.hasMore) return empty(texts, filter);
  return html`${repeat(
    list.groups(),
    ({ heading }) => heading,
    (group, index) => rowsOf(list, group, index),
  )}
  ${
    state.hasMore
      ? html`<div class="more">
          <button class="text" aria-disabled=${state.loading} @click=${list.more}>
            ${state.loading ? texts.loading : state.error ? texts.retry : texts.loadMore}
          </button>
        </div>`
      : nothing
  }`;
}

function rowsOf(list: List, { heading, rows }: Group, index: number): TemplateResult {
  const id = `group-${index}`;
  return html`${heading === undefined ? nothing : html`<h3 class="day" id=${id}>${heading}</h3>`}
    <ul role="list" aria-labelledby=${heading === undefined ? 'heading' : id}>
      ${repeat(
        rows,
        (row) => row.id,
        (row) => list.row(row),
      )}
    </ul>`;
}
