import { css } from 'lit';

/** A row, and what can be done to it: out of sight until it is pointed at, or behind a button where nothing points. */
export const rowStyles = css`
  li {
    --_row: var(--bg);
    position: relative;
    display: grid;
    grid-template-columns: auto minmax(0, 1fr) auto;
    align-items: start;
    border-block-end: 1px solid var(--line);
    background: var(--_row);
  }
  li:last-child {
    border: 0;
  }
  li.unread {
    --_row: var(--tint);
  }
  li:hover {
    --_row: var(--hover);
  }
  li.unread::before {
    content: '';
    position: absolute;
    inset-block-start: 1.625rem;
    inset-inline-start: 0.4375rem;
    inline-size: 0.4375rem;
    block-size: 0.4375rem;
    border-radius: 50%;
    background: var(--accent);
  }
  .main {
    grid-area: 1 / 2;
    display: flex;
    align-items: flex-start;
    justify-content: flex-start;
    gap: 0.75rem;
    padding-block: 0.875rem;
    padding-inline: 1.25rem;
    color: inherit;
    text-align: start;
    text-decoration: none;
    font-weight: 400;
  }
  .main:hover {
    background: none;
  }
  /* Around the whole row. */
  .main:focus-visible {
    outline: none;
  }
  .main:focus-visible::after {
    content: '';
    position: absolute;
    inset: 0;
    outline: var(--_ring) solid var(--accent);
    outline-offset: calc(-1 * var(--_ring));
    pointer-events: none;
  }
  .words,
  .about {
    display: block;
    min-inline-size: 0;
  }
  .title {
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 3;
    overflow: hidden;
    font-weight: 500;
    line-height: 1.35;
  }
  li.unread .title {
    font-weight: 650;
  }
  .expanded .title,
  .expanded .body {
    display: block;
  }
  .meta {
    display: block;
    margin-block-start: 0.3125rem;
    font-size: 0.8125rem;
    color: var(--muted);
  }
  .actions-toggle {
    grid-area: 1 / 3;
    margin-block-start: 0.25rem;
    margin-inline: -1.25rem 0.25rem;
  }
  .actions {
    display: none;
    grid-area: 3 / 1 / auto / -1;
    padding-inline-start: 3.25rem;
    padding-block-end: 0.25rem;
  }
  .menu .actions {
    display: flex;
    flex-wrap: wrap;
  }
  .actions .icon {
    padding-inline: 0.75rem;
  }
  .icon .label {
    display: none;
  }
  @media not (hover: hover), (any-pointer: coarse) {
    .actions .label {
      display: inline;
    }
  }
  @media (hover: hover) and (not (any-pointer: coarse)) {
    .actions-toggle {
      display: none;
    }
    /* Over the last line, which says when and what kind: never over the words. */
    .actions,
    .menu .actions {
      grid-area: 1 / 1 / auto / -1;
      display: flex;
      flex-wrap: nowrap;
      align-items: center;
      position: absolute;
      inset-block-end: 0.1875rem;
      inset-inline-end: 0.5rem;
      /* Less than its buttons, which have no ground of their own. */
      block-size: 2rem;
      padding: 0;
      border-radius: 10px;
      background: var(--_row);
      opacity: 0;
    }
    .actions .icon {
      padding: 0;
      background: none;
    }
    /* Within that ground: around the button it would cover words, and the next row would cover it. */
    .actions .icon:focus-visible {
      outline-offset: -0.4375rem;
    }
    li:hover .actions,
    li:focus-within .actions {
      opacity: 1;
    }
    /* That line is as wide as the buttons: it stays until one of them has the focus. */
    @container (max-width: 24rem) {
      li:focus-within:not(:hover) .actions:not(:focus-within),
      li:hover .meta,
      li:has(.actions:focus-within) .meta {
        opacity: 0;
      }
    }
  }
  @media (forced-colors: active) {
    li.unread::before {
      background: Highlight;
    }
    .main * {
      color: CanvasText;
    }
    a.main .title {
      color: LinkText;
    }
  }
`;
