import { ChannelList } from '../catalogue/channel-list.js';
import { refuse } from '../config/configuration-error.js';
import type { CarillonOptions } from '../config/options.js';
import type { Channel } from './channel.js';
import { emailChannel, type EmailNeeds } from './email/email.channel.js';
import { IN_APP } from './in-app/in-app.channel.js';
import { TOAST } from './toast/toast.channel.js';
import { pushChannel } from './push/push.channel.js';
import { WEBHOOK } from './webhook/webhook.channel.js';

/** What decides whether Carillon's own channels can send. */
export type ChannelOptions = EmailNeeds & Pick<CarillonOptions, 'push'>;

/** Carillon's own channels, in the order in which they are shown. */
const BUILT_IN: readonly ((options: ChannelOptions) => Channel)[] = [
  () => IN_APP,
  () => TOAST,
  () => WEBHOOK,
  emailChannel,
  pushChannel,
];

/** The channels of an installation: the only list of them. */
export class Channels extends ChannelList<Channel> {
  /**
   * @param own those of the host application
   * @throws ConfigurationError when keys or numbers collide or are not right
   */
  constructor(options: ChannelOptions, own: readonly Channel[] = []) {
    super([...BUILT_IN.map((channel) => channel(options)), ...own]);
    const mute = own.filter(({ sending, writes }) => sending === undefined && writes === undefined);
    refuse(
      mute.map(
        ({ key }) => `${key}: has neither \`sending\` nor \`writes\`, so that nothing would come by it`,
      ),
      'The channels are not right:',
    );
  }
}
