import { css, unsafeCSS } from 'lit';

/** A column for each channel has no room: their switches stand below what they are for, each with its name. */
const stacked = (tables: string): string => `
    ${tables}, ${tables} thead, ${tables} tbody {
      display: block;
    }
    ${tables} thead th:first-child {
      display: block;
      inline-size: auto;
      padding: 1.25rem 1.25rem 0.25rem;
      position: static;
      box-shadow: none;
    }
    ${tables} thead th + th {
      position: absolute;
      clip-path: inset(50%);
      inline-size: 1px;
      block-size: 1px;
      overflow: hidden;
    }
    ${tables} tbody tr {
      display: grid;
      grid-template-columns: repeat(auto-fill, minmax(7.75rem, 1fr));
      column-gap: 0.75rem;
      padding: 0.75rem 1.25rem 0.375rem;
    }
    ${tables} tbody th, ${tables} tbody td {
      display: block;
      inline-size: auto;
      padding: 0;
      text-align: start;
    }
    ${tables} tbody th {
      grid-column: 1 / -1;
    }
    ${tables} .switch {
      display: flex;
      justify-content: flex-start;
      inline-size: 100%;
      block-size: auto;
      min-block-size: 44px;
    }
    ${tables} .name {
      display: block;
      color: var(--text);
    }
    ${tables} .fixed {
      display: flex;
      flex-direction: column;
      justify-content: center;
      min-block-size: 44px;
    }`;

/** As many as a server can have, about; of more, the rest of the columns is narrower. */
export const MOST_COLUMNS = 12;

/** In rem: what a type is called, and the room for a switch and most names of channels. */
const NAME_WIDTH = 13;
const COLUMN_WIDTH = 5;

const stackedWhereNarrow = unsafeCSS(
  [...Array(MOST_COLUMNS).keys()]
    .map((index) => {
      const width = NAME_WIDTH + COLUMN_WIDTH * (index + 1);
      return `@container (max-width: ${width}rem) { ${stacked(`.columns-${index + 1}`)} }`;
    })
    .join(''),
);

export const preferencesStyles = css`
  :host {
    display: block;
    container-type: inline-size;
    background: var(--bg);
  }
  .intro,
  .channels {
    padding: 1.25rem 1.25rem 0.75rem;
  }
  h3 {
    font-size: 0.9375rem;
    font-weight: 650;
  }
  section {
    border-block-start: 1px solid var(--line);
  }
  .channels {
    background: var(--tint);
  }
  .channels ul {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(20rem, 100%), 1fr));
    column-gap: 2rem;
    margin-block-start: 0.5rem;
  }
  .channel {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0 0.75rem;
    min-block-size: 52px;
    border-block-start: 1px solid var(--line);
    padding-block: 0.25rem;
  }
  .channel .words {
    flex: 1 1 10rem;
  }
  .extras {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.25rem 0.5rem;
    flex-basis: 100%;
    padding-block-end: 0.25rem;
  }
  select,
  .field input {
    min-block-size: 36px;
    max-inline-size: 100%;
    border: 1px solid var(--control);
    border-radius: 8px;
    padding-inline: 0.375rem;
    background: var(--bg);
    color: var(--text);
  }
  .field {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.25rem 0.5rem;
    min-block-size: 44px;
  }
  .moment .channel {
    align-content: start;
  }
  .days label {
    display: inline-flex;
    align-items: center;
    gap: 0.25rem;
    min-inline-size: 44px;
    min-block-size: 44px;
    cursor: pointer;
  }
  .days input {
    inline-size: 18px;
    block-size: 18px;
    margin: 0;
    accent-color: var(--accent);
  }
  td select {
    font-size: 0.8125rem;
    margin-block-end: 0.375rem;
  }
  .denied,
  .unavailable {
    color: var(--warning);
  }
  table {
    inline-size: 100%;
    table-layout: fixed;
    border-collapse: collapse;
  }
  th,
  td {
    inline-size: ${COLUMN_WIDTH}rem;
    padding: 0.25rem 0.125rem;
    text-align: center;
    font-weight: 400;
    overflow-wrap: anywhere;
  }
  tbody tr + tr {
    border-block-start: 1px solid var(--line);
  }
  thead th {
    position: sticky;
    inset-block-start: 0;
    z-index: 1;
    background: var(--bg);
    box-shadow: inset 0 -1px var(--line);
    color: var(--muted);
    font-size: 0.8125rem;
    font-weight: 550;
    vertical-align: bottom;
    padding-block: 1.25rem 0.5rem;
  }
  thead h3 {
    color: var(--text);
  }
  th:first-child {
    inline-size: auto;
    padding-inline-start: 1.25rem;
    text-align: start;
  }
  td:last-child,
  th:last-child {
    inline-size: ${COLUMN_WIDTH + 1}rem;
    padding-inline-end: 1.25rem;
  }
  thead .wide {
    inline-size: ${COLUMN_WIDTH + 3}rem;
  }
  tbody th {
    padding-block: 0.625rem;
  }
  strong {
    display: block;
    font-weight: 600;
  }
  tbody tr:hover {
    background: var(--raised);
  }
  .what,
  .name,
  .fixed {
    font-size: 0.8125rem;
    color: var(--muted);
  }
  .what {
    display: block;
  }
  .name {
    display: none;
  }
  ${stackedWhereNarrow}
`;
