import { css } from 'lit';

/** A row, and what can be done to it: out of sight until it is pointed at, or behind a button where nothing points. */
export const rowStyles = css`
  li {
    position: relative;
    display: flex;
    flex-wrap: wrap;
    align-items: flex-start;
    border-block-end: 1px solid var(--line);
  }
  li:last-child {
    border: 0;
  }
  li.unread {
    background: var(--tint);
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
    flex: 1 1 0;
    min-inline-size: 0;
    display: flex;
    align-items: flex-start;
    justify-content: flex-start;
    gap: 0.75rem;
    padding-block: 0.875rem;
    padding-inline: 1.25rem;
    border-radius: 0;
    color: inherit;
    text-align: start;
    text-decoration: none;
    font-weight: 400;
    outline-offset: -3px;
  }
  li:hover,
  .main:hover {
    background: var(--hover);
  }
  .words,
  .about {
    display: block;
    min-inline-size: 0;
  }
  .title {
    display: block;
    font-weight: 500;
    line-height: 1.35;
  }
  li.unread .title {
    font-weight: 650;
  }
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
    margin-block-start: 0.25rem;
    margin-inline: -1.25rem 0.25rem;
  }
  .actions {
    display: none;
    flex-basis: 100%;
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
  @media (hover: hover) and (not (any-pointer: coarse)) {
    .actions-toggle {
      display: none;
    }
    .actions,
    .menu .actions {
      display: flex;
      position: absolute;
      inset-block-start: 0.25rem;
      inset-inline-end: 0.5rem;
      padding: 0;
      border-radius: 10px;
      background: var(--hover);
      opacity: 0;
    }
    .actions .icon {
      padding: 0;
    }
    .actions .label {
      display: none;
    }
    li:hover .actions,
    li:focus-within .actions {
      opacity: 1;
    }
  }
`;
