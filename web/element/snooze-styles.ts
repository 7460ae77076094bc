import { css } from 'lit';

export const snoozeStyles = css`
  .snooze ul {
    margin: 0.5rem -0.75rem 0.75rem;
  }
  .snooze li {
    border: 0;
  }
  .time {
    inline-size: 100%;
    justify-content: space-between;
    font-weight: 400;
  }
  /* The next one would cover it. */
  .time:focus-visible {
    outline-offset: calc(-1 * var(--_ring));
  }
  .snooze form {
    display: flex;
    flex-wrap: wrap;
    align-items: flex-end;
    gap: 0.5rem;
    padding-block-start: 0.75rem;
    border-block-start: 1px solid var(--line);
  }
  .snooze label {
    flex: 1 1 10rem;
    min-inline-size: 0;
    color: var(--muted);
    font-size: 0.8125rem;
  }
  .snooze input {
    display: block;
    inline-size: 100%;
    min-inline-size: 0;
    min-block-size: 44px;
    padding-inline: 0.75rem;
    border: 1px solid var(--control);
    border-radius: 10px;
    background: none;
    color: var(--text);
  }
  .snooze .wrong {
    color: var(--error);
    margin-block: 0.5rem;
  }
`;
