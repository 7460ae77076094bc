import { css, unsafeCSS } from 'lit';

/** A column for each channel has no room: they stand below what they are for, each with its name. */
const stacked = (tables: string) =>
  unsafeCSS(`
    ${tables}, ${tables} tbody {
      display: block;
    }
    ${tables} thead {
      position: absolute;
      clip-path: inset(50%);
      inline-size: 1px;
      block-size: 1px;
      overflow: hidden;
    }
    ${tables} tbody tr {
      display: grid;
      grid-template-columns: repeat(auto-fill, minmax(5rem, 1fr));
      column-gap: 0.5rem;
      padding: 0.75rem 1.25rem 0.375rem;
    }
    ${tables} tbody th:first-child, ${tables} td, ${tables} td:last-child {
      display: block;
      inline-size: auto;
      padding: 0;
      text-align: start;
    }
    ${tables} tbody th {
      grid-column: 1 / -1;
    }
    ${tables} td .switch {
      flex-direction: column;
      align-items: flex-start;
      justify-content: flex-start;
      gap: 0.125rem;
      inline-size: 100%;
      block-size: auto;
      min-block-size: 52px;
      padding-block-end: 0.375rem;
    }
    ${tables} .name {
      display: block;
      order: -1;
      margin-block-start: 0.25rem;
    }
    ${tables} .fixed {
      color: var(--text);
    }`);

export const preferencesStyles = css`
  :host {
    display: block;
    container-type: inline-size;
    background: var(--bg);
  }
  .intro {
    padding: 1.25rem 1.25rem 0.75rem;
  }
  table {
    inline-size: 100%;
    border-collapse: collapse;
  }
  th,
  td {
    padding: 0.25rem 0.5rem;
    text-align: center;
    font-weight: 400;
  }
  tbody tr {
    border-block-start: 1px solid var(--line);
  }
  thead th {
    color: var(--muted);
    font-size: 0.8125rem;
    font-weight: 550;
    padding-block: 0.5rem;
  }
  th:first-child {
    padding-inline-start: 1.25rem;
    text-align: start;
    inline-size: 55%;
  }
  .many th:first-child {
    inline-size: 40%;
  }
  td:last-child,
  th:last-child {
    padding-inline-end: 1.25rem;
  }
  tbody th strong {
    display: block;
    font-weight: 600;
  }
  tbody th {
    padding-block: 0.625rem;
    overflow-wrap: anywhere;
  }
  tbody tr:hover {
    background: var(--raised);
  }
  tbody .everything {
    background: var(--tint);
  }
  .what,
  .name,
  .fixed {
    font-size: 0.8125rem;
    color: var(--muted);
  }
  .name {
    display: none;
  }
  @container (max-width: 26rem) {
    ${stacked('table')}
  }
  @container (max-width: 44rem) {
    ${stacked('table.many')}
  }
`;
