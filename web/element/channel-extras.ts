import { html, nothing, type TemplateResult } from 'lit';
import type { PushStatus } from '../client/push-options.js';
import type { Channel } from '../client/wire.js';
import type { SettingsTexts } from './settings-texts.js';

/** What can be done about single channels, beside turning them on and off. */
export interface ChannelExtras {
  texts: SettingsTexts;
  /** Undefined until it is known. */
  push: PushStatus | undefined;
  /** In this browser. */
  turnPush(on: boolean): void;
  /** What came of the last test, by channel. */
  tested: Readonly<Record<string, string>>;
  test(channel: string): void;
}

/** What is said and offered below a channel. */
export function channelExtras(extras: ChannelExtras, { key }: Channel): TemplateResult | typeof nothing {
  if (key === 'email') return html`<span class="extras">${testButton(extras, key)}</span>`;
  return key === 'push' && extras.push ? pushExtras(extras, extras.push) : nothing;
}

/** The browser asks for the permission when the button is pressed, and not before. */
function pushExtras(extras: ChannelExtras, status: PushStatus): TemplateResult {
  const { texts } = extras;
  const isOn = status === 'on';
  const said = texts.pushStates[status];
  const canTurn = isOn || status === 'off' || status === 'unavailable';
  return html`<span class="extras"
    >${said ? html`<span class="what ${status}">${said}</span>` : nothing}${
      canTurn
        ? html`<button class="outline turn" @click=${() => extras.turnPush(!isOn)}>
            ${isOn ? texts.pushTurnOff : texts.pushTurnOn}
          </button>`
        : nothing
    }${isOn ? testButton(extras, 'push') : nothing}</span
  >`;
}

function testButton({ texts, tested, test }: ChannelExtras, channel: string): TemplateResult {
  const result = tested[channel];
  return html`<button class="outline test" @click=${() => test(channel)}>${texts.sendTest}</button>${
      result ? html`<span class="what">${result}</span>` : nothing
    }`;
}
