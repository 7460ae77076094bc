import { css } from 'lit';

export const bellStyles = css`
  :host {
    display: inline-block;
    position: relative;
  }
  .bell {
    position: relative;
    inline-size: 44px;
    block-size: 44px;
    padding: 0;
    border-radius: 12px;
  }
  .bell svg {
    inline-size: 1.625rem;
    block-size: 1.625rem;
  }
  .badge {
    position: absolute;
    inset-block-start: 1px;
    inset-inline-start: 25px;
    min-inline-size: 1.25rem;
    padding-inline: 0.3125rem;
    border-radius: 99px;
    box-shadow: 0 0 0 2px var(--bg);
    background: var(--badge);
    color: var(--on-badge);
    font-size: 0.6875rem;
    font-weight: 700;
    line-height: 1.25rem;
    font-variant-numeric: tabular-nums;
    text-align: center;
    pointer-events: none;
  }
  .panel {
    position: fixed;
    inset: var(--_top, 4rem) auto auto var(--_left, 1rem);
    margin: 0;
    padding: 0;
    border: 0;
    inline-size: min(27rem, calc(100vw - 16px));
    block-size: fit-content;
    max-block-size: min(40rem, calc(100dvh - var(--_top, 4rem) - 16px));
    overflow: hidden;
    border-radius: var(--radius);
    background: var(--bg);
    color: inherit;
    box-shadow: var(--shadow);
    z-index: 1000;
    display: flex;
    flex-direction: column;
  }
  .panel:focus-visible {
    outline: none;
  }
  carillon-panel {
    flex: 1;
  }
  /* Until its script is there. */
  carillon-panel:not(:defined) {
    display: block;
    min-block-size: 20rem;
  }
  @media (max-width: 30rem) {
    .panel {
      inset: auto 0 0 0;
      inline-size: 100vw;
      max-inline-size: none;
      /* Leaves room for a toast. */
      block-size: min(88dvh, 100dvh - 6rem);
      max-block-size: none;
      border-end-start-radius: 0;
      border-end-end-radius: 0;
    }
  }
  .panel {
    animation: appear 0.14s ease-out;
  }
  @media (forced-colors: active) {
    .badge {
      background: Highlight;
      color: HighlightText;
      forced-color-adjust: none;
    }
  }
  @keyframes appear {
    from {
      opacity: 0;
      transform: translateY(-6px);
    }
  }
`;
