/** What the package gives to a host application. */
import './config/refuse-native.js';
export {
  CarillonModule,
  type AsyncOptions,
  type CarillonOptionsFactory,
  type RouteOptions,
} from './carillon.module.js';
export { NotificationService, type NotifyOptions } from './dispatcher/notification.service.js';
export type { NotifyEvent, NotifyResult } from './dispatcher/event.js';
export type { CancelResult, WithdrawRequest, Withdrawn } from './dispatcher/withdrawal.js';
export { UserInbox, type NotificationPage } from './notifications/user-inbox.service.js';
export type { InboxNotification } from './notifications/inbox-notification.js';
export type { ActionHandler, ActionTaken } from './notifications/action-handlers.js';
export type { NotificationAction, NotificationActor } from './notifications/extras.js';
export type { InboxFilter, InboxQuery } from './notifications/inbox-query.dto.js';
export { PreferencesService, type PreferencesPatch } from './preferences/preferences.service.js';
export { Catalogue, type CatalogueType } from './catalogue/catalogue.js';
export type { ChannelDefinition } from './catalogue/channel-list.js';
export type { Channel, ChannelReport, ChannelResult, ChannelWrites } from './channels/channel.js';
export { CarillonError, type ErrorCode, type InputIssue } from './common/errors.js';
export { ConfigurationError } from './config/configuration-error.js';
export { DatabaseStartError } from './database/start-error.js';
export type { HostOptions } from './config/defaults.js';
export type {
  AuthOptions,
  BasePaths,
  DeliveryOptions,
  ChannelEntry,
  ChannelTiming,
  HostAuthenticator,
  Level,
  NotificationType,
  Recipient,
  Recipients,
  RetentionOptions,
  WebhookOptions,
} from './config/options.js';
