import { html, nothing, type TemplateResult } from 'lit';

/** A checkbox drawn as a switch. */
export function toggle(
  label: string,
  on: boolean,
  flip: (on: boolean) => void,
  column: TemplateResult | typeof nothing = nothing,
): TemplateResult {
  return html`<label class="switch"
    ><input
      type="checkbox"
      role="switch"
      .checked=${on}
      aria-label=${label}
      @change=${(event: Event) => flip((event.target as HTMLInputElement).checked)}
    /><i></i>${column}</label
  >`;
}
