import type { PushStatus } from '../client/push-options.js';
import type { Delivery, WebhookKind } from '../client/wire.js';
import { momentTexts, type MomentTexts } from './moment-texts.js';
import type { Plural } from './texts.js';

/** Every word that the preferences and the webhooks say, besides the common ones. */
export interface SettingsTexts extends MomentTexts {
  preferences: string;
  preferencesHint: string;
  /** A channel that is not here is named as the server does. */
  channels: Record<string, string>;
  /** Where each of them reaches the user. */
  channelHints: Record<string, string>;
  wholeChannels: string;
  /** What the switches of whole channels are for. */
  everything: string;
  everythingHint: string;
  unavailable: string;
  /** How it stands with pushes in this browser; a button says it where nothing does. */
  pushStates: Record<PushStatus, string>;
  pushTurnOn: string;
  pushTurnOff: string;
  sendTest: string;
  testSent: string;
  /** A category that is not here is named by its key. */
  categories: Record<string, string>;
  otherTypes: string;
  /** What types are about; one that is not here is described as the server does. */
  descriptions: Record<string, string>;
  alwaysOn: string;
  alwaysOnHint: string;
  criticalHint: string;
  notSent: string;
  saved: string;

  webhooks: string;
  webhooksHint: string;
  noWebhooks: string;
  addWebhook: string;
  editWebhook: string;
  edit: string;
  save: string;
  name: string;
  kind: string;
  /** The services by name, and where their addresses are found. */
  kinds: Record<WebhookKind, string>;
  kindHints: Record<WebhookKind, string>;
  url: string;
  urlKept: string;
  events: string;
  allEvents: string;
  token: string;
  username: string;
  password: string;
  optional: string;
  active: string;
  disabled: string;
  enable: string;
  disable: string;
  test: string;
  testDelivered: string;
  testFailed: string;
  rotate: string;
  secret: string;
  secretHint: string;
  copy: string;
  copied: string;
  removeWebhook: string;
  removeWebhookBody: string;
  removeIt: string;
  webhookRemoved: string;
  deliveries: string;
  noDeliveries: string;
  redeliver: string;
  redelivered: string;
  attempts: Plural;
  nextAttempt: string;
  deliveryStates: Record<Delivery['status'], string>;
}

const en: SettingsTexts = {
  ...momentTexts.en,
  preferences: 'Notification preferences',
  preferencesHint: 'Choose how each kind of notification reaches you.',
  channels: { in_app: 'In-app', toast: 'Toast', webhook: 'Webhook', email: 'E-mail', push: 'Push' },
  channelHints: {
    in_app: 'In the list behind the bell.',
    toast: 'A short message on the page, while you look at it.',
    webhook: 'To the webhooks that you have set up.',
    email: 'To your e-mail address.',
    push: 'On the devices where you turn it on, also when no page is open.',
  },
  wholeChannels: 'Channels',
  everything: 'All notifications',
  everythingHint:
    'Turn a whole channel on or off, for new kinds too. What you set for one kind below comes first.',
  unavailable: 'Not available here',
  pushStates: {
    unsupported:
      'This browser cannot do it here. On an iPhone or iPad, add this site to the home screen first.',
    denied:
      'This browser refuses notifications of this site. Allow them in its settings for the site, beside the address, then load the page again.',
    off: '',
    on: 'On in this browser.',
    unavailable: 'It could not be turned on just now.',
  },
  pushTurnOn: 'Turn on in this browser',
  pushTurnOff: 'Turn off in this browser',
  sendTest: 'Send me a test',
  testSent: 'Sent. It arrives in a moment.',
  categories: {},
  otherTypes: 'Other',
  descriptions: {},
  alwaysOn: 'Always on',
  alwaysOnHint: 'Cannot be turned off.',
  criticalHint: 'Too important to be turned off.',
  notSent: 'Not sent',
  saved: 'Saved',

  webhooks: 'Webhooks',
  webhooksHint: 'Send events to Discord, Slack, ntfy or a server of your own.',
  noWebhooks: 'No webhooks yet',
  addWebhook: 'Add webhook',
  editWebhook: 'Edit webhook',
  edit: 'Edit: {name}',
  save: 'Save',
  name: 'Name',
  kind: 'Service',
  kinds: { discord: 'Discord', slack: 'Slack', ntfy: 'ntfy', generic: 'Your own server' },
  kindHints: {
    discord: 'Posts to a channel. The URL is in the channel’s settings: Integrations, Webhooks.',
    slack:
      'Posts to a channel. The URL is that of an incoming webhook of Slack, or of a service that takes the same.',
    ntfy: 'Sends to your phone. The URL is that of your topic, such as https://ntfy.sh/my-topic.',
    generic:
      'Sends each event as JSON to a program that you run, signed so that it can check who sent it (see standardwebhooks.com).',
  },
  url: 'URL',
  urlKept: 'Leave empty to keep the address',
  events: 'Events',
  allEvents: 'All events',
  token: 'Access token',
  username: 'User name',
  password: 'Password',
  optional: 'optional',
  active: 'Active',
  disabled: 'Disabled',
  enable: 'Enable',
  disable: 'Disable',
  test: 'Send a test',
  testDelivered: 'The test arrived ({n}).',
  testFailed: 'The test failed: {name}',
  rotate: 'New secret',
  secret: 'Signing secret',
  secretHint: 'Copy it now: it is not shown again.',
  copy: 'Copy',
  copied: 'Copied',
  removeWebhook: 'Delete “{name}”?',
  removeWebhookBody: 'Nothing more is sent to it.',
  removeIt: 'Delete',
  webhookRemoved: 'Deleted: {name}',
  deliveries: 'Deliveries',
  noDeliveries: 'Nothing was sent yet.',
  redeliver: 'Send again',
  redelivered: 'It will be sent again.',
  attempts: { one: '{n} attempt', other: '{n} attempts' },
  nextAttempt: 'next {name}',
  deliveryStates: {
    pending: 'Pending',
    waiting: 'Waiting',
    delivered: 'Delivered',
    failed: 'Failed',
    skipped: 'Skipped',
    cancelled: 'Withdrawn',
  },
};

const fr: SettingsTexts = {
  ...momentTexts.fr,
  preferences: 'Préférences de notification',
  preferencesHint: 'Choisissez comment chaque type de notification vous parvient.',
  channels: { in_app: 'Dans l’appli', toast: 'Toast', webhook: 'Webhook', email: 'E-mail', push: 'Push' },
  channelHints: {
    in_app: 'Dans la liste, derrière la cloche.',
    toast: 'Un court message sur la page, quand vous la regardez.',
    webhook: 'Vers les webhooks que vous avez ajoutés.',
    email: 'À votre adresse e-mail.',
    push: 'Sur les appareils où vous l’activez, même sans page ouverte.',
  },
  wholeChannels: 'Canaux',
  everything: 'Toutes les notifications',
  everythingHint:
    'Activez ou désactivez un canal entier, y compris pour les nouveaux types. Vos réglages par type, ci-dessous, sont prioritaires.',
  unavailable: 'Indisponible ici',
  pushStates: {
    unsupported:
      'Ce navigateur ne le permet pas ici. Sur iPhone ou iPad, ajoutez d’abord ce site à l’écran d’accueil.',
    denied:
      'Ce navigateur refuse les notifications de ce site. Autorisez-les dans ses réglages du site, près de l’adresse, puis rechargez la page.',
    off: '',
    on: 'Activé dans ce navigateur.',
    unavailable: 'L’activation n’a pas réussi pour le moment.',
  },
  pushTurnOn: 'Activer dans ce navigateur',
  pushTurnOff: 'Désactiver dans ce navigateur',
  sendTest: 'M’envoyer un test',
  testSent: 'Envoyé. Il arrive dans un instant.',
  categories: {},
  otherTypes: 'Autres',
  descriptions: {
    weekly_report: 'Rapport hebdomadaire (chaque lundi)',
    job_completed: 'Quand une tâche se termine',
    job_failed: 'Quand une tâche échoue',
    rule_executed: 'Quand une règle s’exécute',
    quota_warning: 'Alerte de stockage',
    integrity_alert: 'Problème d’intégrité',
    'issue.digest': 'Résumé des incidents nouveaux et réapparus',
    'issue.new': 'Un nouvel incident',
    'feedback.new': 'Nouveau commentaire',
    'questionnaire.response_new': 'Une nouvelle réponse à un questionnaire',
    'team.invitation': 'Une invitation à rejoindre une équipe',
    'app.rating_changed': 'La note d’une application a changé',
    'app.review_new': 'Un nouvel avis sur une application',
    'job.completed': 'Une tâche lancée à la main est terminée',
    content_submitted: 'Un contenu a été soumis à relecture',
    content_approved: 'Un contenu a été approuvé',
    content_changes_requested: 'Des modifications d’un contenu ont été demandées',
    changes_requested: 'Des modifications ont été demandées',
    webhook_disabled: 'Un webhook a été désactivé',
  },
  alwaysOn: 'Toujours actif',
  alwaysOnHint: 'Ne peut pas être désactivé.',
  criticalHint: 'Trop important pour être désactivé.',
  notSent: 'Non envoyé',
  saved: 'Enregistré',

  webhooks: 'Webhooks',
  webhooksHint: 'Envoyez les événements vers Discord, Slack, ntfy ou votre propre serveur.',
  noWebhooks: 'Aucun webhook pour le moment',
  addWebhook: 'Ajouter un webhook',
  editWebhook: 'Modifier le webhook',
  edit: 'Modifier : {name}',
  save: 'Enregistrer',
  name: 'Nom',
  kind: 'Service',
  kinds: { discord: 'Discord', slack: 'Slack', ntfy: 'ntfy', generic: 'Votre propre serveur' },
  kindHints: {
    discord: 'Publie dans un salon. L’URL se trouve dans les paramètres du salon : Intégrations, Webhooks.',
    slack:
      'Publie dans un canal. L’URL est celle d’un webhook entrant de Slack, ou d’un service qui accepte les mêmes.',
    ntfy: 'Envoie vers votre téléphone. L’URL est celle de votre sujet, par exemple https://ntfy.sh/mon-sujet.',
    generic:
      'Envoie chaque événement en JSON à votre programme, signé pour qu’il puisse en vérifier l’origine (voir standardwebhooks.com).',
  },
  url: 'URL',
  urlKept: 'Laisser vide pour garder l’adresse',
  events: 'Événements',
  allEvents: 'Tous les événements',
  token: 'Jeton d’accès',
  username: 'Nom d’utilisateur',
  password: 'Mot de passe',
  optional: 'facultatif',
  active: 'Actif',
  disabled: 'Désactivé',
  enable: 'Activer',
  disable: 'Désactiver',
  test: 'Envoyer un test',
  testDelivered: 'Le test est arrivé ({n}).',
  testFailed: 'Le test a échoué : {name}',
  rotate: 'Nouveau secret',
  secret: 'Secret de signature',
  secretHint: 'Copiez-le maintenant : il ne sera plus affiché.',
  copy: 'Copier',
  copied: 'Copié',
  removeWebhook: 'Supprimer « {name} » ?',
  removeWebhookBody: 'Plus rien ne lui sera envoyé.',
  removeIt: 'Supprimer',
  webhookRemoved: 'Supprimé : {name}',
  deliveries: 'Envois',
  noDeliveries: 'Rien n’a encore été envoyé.',
  redeliver: 'Renvoyer',
  redelivered: 'Un nouvel envoi est prévu.',
  attempts: { one: '{n} tentative', other: '{n} tentatives' },
  nextAttempt: 'prochaine {name}',
  deliveryStates: {
    pending: 'En attente',
    waiting: 'Différé',
    delivered: 'Envoyé',
    failed: 'Échoué',
    skipped: 'Omis',
    cancelled: 'Retiré',
  },
};

export const settingsTexts = { en, fr };
