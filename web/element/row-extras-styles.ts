import { css } from 'lit';

/** Who did it, a picture, and what can be done at once. */
export const rowExtrasStyles = css`
  .face {
    position: relative;
    font-size: 0.75rem;
    font-weight: 650;
  }
  .face > span:first-child {
    color: var(--text);
  }
  .photo {
    position: absolute;
    inset: 0;
    border-radius: 50%;
    object-fit: cover;
  }
  .mark {
    position: absolute;
    inset-block-end: -0.1875rem;
    inset-inline-end: -0.25rem;
    display: grid;
    border-radius: 50%;
    background: var(--bg);
  }
  .face .mark svg {
    inline-size: 1rem;
    block-size: 1rem;
  }
  .who {
    display: inline-block;
    max-inline-size: min(16rem, 100%);
    vertical-align: bottom;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .extras {
    grid-area: 2 / 1 / auto / -1;
    min-inline-size: 0;
    padding-inline: var(--indent, 4rem) 1.25rem;
  }
  .extras > * {
    margin-block-end: 0.875rem;
  }
  .picture {
    display: block;
    max-inline-size: 100%;
    border-radius: 10px;
    object-fit: cover;
    background: var(--hover);
  }
  img[hidden] {
    display: none;
  }
  .offers {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
  }
  .offer {
    max-inline-size: 100%;
    padding: 0 1rem;
    border: 1px solid var(--line);
    background: var(--bg);
    color: var(--text);
    overflow-wrap: anywhere;
  }
  .offer.primary {
    border-color: var(--accent);
    background: var(--accent);
    color: var(--on-accent);
  }
  .offer.danger {
    background: var(--bg);
    color: var(--error);
  }
  .offer:hover {
    border-color: currentColor;
  }
  .taken {
    display: inline-flex;
    gap: 0.375rem;
    align-items: center;
    color: var(--muted);
    font-size: 0.8125rem;
    overflow-wrap: anywhere;
  }
  .taken svg {
    color: var(--success);
  }
  @media (hover: hover) and (not (any-pointer: coarse)) {
    .offer {
      min-block-size: 2.25rem;
    }
  }
  @media (forced-colors: active) {
    .offer.primary {
      border-color: Highlight;
      background: Highlight;
      color: HighlightText;
      forced-color-adjust: none;
    }
  }
`;
