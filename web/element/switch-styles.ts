import { css } from 'lit';

/** A checkbox drawn as a switch, in a target of 44 pixels. */
export const switchStyles = css`
  .switch {
    position: relative;
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 0.5rem;
    inline-size: 44px;
    block-size: 44px;
    cursor: pointer;
  }
  .switch input {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
    margin: 0;
    opacity: 0;
    cursor: pointer;
  }
  .switch i {
    inline-size: 36px;
    block-size: 20px;
    border-radius: 99px;
    background: var(--control);
    pointer-events: none;
  }
  .switch i::after {
    content: '';
    display: block;
    inline-size: 16px;
    block-size: 16px;
    margin: 2px;
    border-radius: 50%;
    background: var(--bg);
  }
  .switch input:checked + i {
    background: var(--accent);
  }
  .switch input:checked + i::after {
    margin-inline-start: 18px;
  }
  .switch input:focus-visible + i {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }
  .switch i,
  .switch i::after {
    transition: 0.14s ease-out;
  }
  @media (forced-colors: active) {
    .switch i {
      border: 1px solid ButtonText;
    }
    .switch i::after {
      background: ButtonText;
    }
    .switch input:checked + i::after {
      background: Highlight;
    }
  }
`;
