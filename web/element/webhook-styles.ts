import { css } from 'lit';

export const webhookStyles = css`
  :host {
    display: block;
    background: var(--bg);
  }
  button.solid {
    background: var(--accent);
    color: var(--on-accent);
    padding: 0 1.125rem;
  }
  button.solid:hover {
    filter: brightness(1.08);
  }
  .intro {
    display: flex;
    align-items: center;
    gap: 1rem;
    padding: 1.25rem;
  }
  .intro div {
    flex: 1;
  }
  .hook {
    border-block-start: 1px solid var(--line);
    padding-block: 0.875rem;
    padding-inline: 1.25rem;
  }
  .hook h3 {
    font-size: 0.9375rem;
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  .head {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.25rem 0.625rem;
  }
  .head h3 {
    flex: 1;
    min-inline-size: 8rem;
  }
  .tag {
    padding: 0.125rem 0.5625rem;
    border-radius: 99px;
    font-size: 0.75rem;
    font-weight: 600;
    color: var(--muted);
    background: var(--raised);
  }
  .tag.on,
  .tag.delivered {
    color: var(--success);
    background: color-mix(in srgb, var(--success) 10%, var(--bg));
  }
  .tag.off,
  .tag.failed {
    color: var(--error);
    background: color-mix(in srgb, var(--error) 8%, var(--bg));
  }
  .where {
    color: var(--muted);
    font-size: 0.8125rem;
    overflow-wrap: anywhere;
  }
  .tools {
    display: flex;
    flex-wrap: wrap;
    margin-inline: -0.75rem;
  }
  .secret {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.25rem 0.75rem;
    margin-block: 0.625rem;
    padding: 0.5rem 0.875rem;
    border-radius: 10px;
    background: var(--raised);
  }
  code {
    font:
      0.8125rem/1.5 ui-monospace,
      'SF Mono',
      Menlo,
      Consolas,
      monospace;
    overflow-wrap: anywhere;
    user-select: all;
  }
  form {
    display: grid;
    gap: 0.875rem;
    margin-block-start: 1rem;
  }
  label,
  fieldset {
    display: grid;
    gap: 0.25rem;
    font-weight: 550;
  }
  fieldset {
    margin: 0;
    padding: 0;
    border: 0;
  }
  legend {
    padding: 0;
    margin-block-end: 0.25rem;
  }
  .choices {
    max-block-size: 11rem;
    overflow-y: auto;
    border: 1px solid var(--line);
    border-radius: 10px;
    padding-inline: 0.75rem;
  }
  .choices label {
    display: flex;
    align-items: center;
    gap: 0.625rem;
    min-block-size: 44px;
    font-weight: 400;
  }
  input[type='checkbox'] {
    inline-size: 1.125rem;
    block-size: 1.125rem;
    accent-color: var(--accent);
  }
  input:not([type='checkbox']),
  select {
    min-block-size: 44px;
    padding-inline: 0.75rem;
    border: 1px solid var(--control);
    border-radius: 10px;
    background: var(--bg);
    inline-size: 100%;
  }
  .hint {
    margin: -0.5rem 0 0;
    font-size: 0.8125rem;
  }
  .problem {
    margin: 0;
    color: var(--error);
    font-weight: 400;
  }
  @media (max-width: 30rem) {
    .intro {
      flex-wrap: wrap;
    }
  }
`;
