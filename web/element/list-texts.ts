import type { Plural } from './texts.js';

/** What was done to notifications, and can be taken back. */
export type Deed = 'read' | 'unread' | 'archived' | 'inbox' | 'snoozed' | 'deleted';

/** Every word that the bell's panel and the inbox say, besides the common ones. */
export interface ListTexts {
  unread: string;
  show: string;
  all: string;
  onlyUnread: string;
  type: string;
  allTypes: string;
  markAllRead: string;
  /** What can be done to a notification, and of which one: `Archive: A title`. */
  asRead: string;
  asUnread: string;
  archive: string;
  toInbox: string;
  snooze: string;
  delete: string;
  /** The button that shows all of that where no pointer hovers. */
  actions: string;
  /** Of what a notification offered, that it has been chosen. */
  acted: string;
  select: string;
  named: string;
  deleteRead: string;
  archiveRead: string;
  toPreferences: string;
  /** Leads to the inbox's own page. */
  seeAll: string;

  done: Record<Deed, Plural>;
  undo: string;
  undoing: string;
  undone: string;
  /** Before what it did not work with, and how many there are beside those that are named. */
  failed: string;
  others: Plural;
  /** How many it was, where it was not one. */
  many: Plural;
  markedRead: Plural;
  removedRead: Plural;
  archivedRead: Plural;
  confirmRead: string;
  confirmReadBody: string;
  confirmAll: string;
  confirmAllBody: string;
  confirmArchive: string;
  confirmArchiveBody: string;
  /** Follows these where the list shows one type alone. */
  onlyOfType: string;

  snoozeUntil: string;
  snoozeTimes: Record<'later' | 'tomorrow' | 'weekend' | 'week', string>;
  otherTime: string;
  wrongTime: string;
  until: string;

  lists: Record<'inbox' | 'snoozed' | 'archived', string>;
  today: string;
  yesterday: string;
  selectAll: string;
  selected: Plural;
  clearSelection: string;
  shortcuts: string;
  keys: Record<'move' | 'open' | 'select' | 'range' | 'selectAll' | 'clear' | 'undo' | 'help', string>;

  empty: string;
  emptyHint: string;
  emptyUnread: string;
  emptyUnreadHint: string;
  emptySnoozed: string;
  emptySnoozedHint: string;
  emptyArchived: string;
  emptyArchivedHint: string;
  offline: string;
}

const en: ListTexts = {
  unread: 'Unread',
  show: 'Show',
  all: 'All',
  onlyUnread: 'Unread',
  type: 'Type',
  allTypes: 'All types',
  markAllRead: 'Mark all as read',
  asRead: 'Mark as read',
  asUnread: 'Mark as unread',
  archive: 'Archive',
  toInbox: 'Move to inbox',
  snooze: 'Snooze',
  delete: 'Delete',
  actions: 'Actions',
  acted: 'Done',
  select: 'Select',
  named: '{what}: {title}',
  deleteRead: 'Delete read',
  archiveRead: 'Archive read',
  toPreferences: 'Notification preferences',
  seeAll: 'See all',

  done: {
    read: { other: 'Marked as read' },
    unread: { other: 'Marked as unread' },
    archived: { other: 'Archived' },
    inbox: { other: 'Moved to the inbox' },
    snoozed: { other: 'Snoozed' },
    deleted: { other: 'Deleted' },
  },
  undo: 'Undo',
  undoing: 'Undoing…',
  undone: 'Undone',
  failed: 'That did not work',
  others: { one: '{n} other', other: '{n} others' },
  many: { one: '{n} notification', other: '{n} notifications' },
  markedRead: {
    zero: 'Nothing was unread',
    one: '{n} notification marked as read',
    other: '{n} notifications marked as read',
  },
  removedRead: {
    zero: 'Nothing to delete',
    one: '{n} notification deleted',
    other: '{n} notifications deleted',
  },
  archivedRead: {
    zero: 'Nothing to archive',
    one: '{n} notification archived',
    other: '{n} notifications archived',
  },
  confirmRead: 'Delete read notifications?',
  confirmReadBody: 'Those that you have read are deleted. Unread ones stay.',
  confirmAll: 'Mark all as read?',
  confirmAllBody: 'There are so many that this cannot be undone.',
  confirmArchive: 'Archive read notifications?',
  confirmArchiveBody: 'There are so many that this cannot be undone. They stay in the archive.',
  onlyOfType: 'Only notifications of the type “{type}” are affected.',

  snoozeUntil: 'Snooze until',
  snoozeTimes: {
    later: 'Later today',
    tomorrow: 'Tomorrow',
    weekend: 'This weekend',
    week: 'Next week',
  },
  otherTime: 'Another time',
  wrongTime: 'Choose a time from now on, within a year.',
  until: 'Until {time}',

  lists: { inbox: 'Inbox', snoozed: 'Snoozed', archived: 'Archived' },
  today: 'Today',
  yesterday: 'Yesterday',
  selectAll: 'Select all',
  selected: { other: '{n} selected' },
  clearSelection: 'Clear selection',
  shortcuts: 'Keyboard shortcuts',
  keys: {
    move: 'Next, previous',
    open: 'Open',
    select: 'Select',
    range: 'Select on the way',
    selectAll: 'Select all shown',
    clear: 'Clear selection',
    undo: 'Undo',
    help: 'Show this',
  },

  empty: 'Nothing here yet',
  emptyHint: 'Notifications appear here as they arrive.',
  emptyUnread: 'All caught up',
  emptyUnreadHint: 'You have no unread notifications.',
  emptySnoozed: 'Nothing is snoozed',
  emptySnoozedHint: 'What you snooze waits here, and comes back at its time.',
  emptyArchived: 'The archive is empty',
  emptyArchivedHint: 'What you have dealt with is kept here.',
  offline: 'No connection. Trying again…',
};

const fr: ListTexts = {
  unread: 'Non lue',
  show: 'Afficher',
  all: 'Toutes',
  onlyUnread: 'Non lues',
  type: 'Type',
  allTypes: 'Tous les types',
  markAllRead: 'Tout marquer comme lu',
  asRead: 'Marquer comme lue',
  asUnread: 'Marquer comme non lue',
  archive: 'Archiver',
  toInbox: 'Remettre dans la boîte',
  snooze: 'Reporter',
  delete: 'Supprimer',
  actions: 'Actions',
  acted: 'Fait',
  select: 'Sélectionner',
  named: '{what} : {title}',
  deleteRead: 'Supprimer les lues',
  archiveRead: 'Archiver les lues',
  toPreferences: 'Préférences de notification',
  seeAll: 'Tout afficher',

  done: {
    read: { one: 'Marquée comme lue', other: 'Marquées comme lues' },
    unread: { one: 'Marquée comme non lue', other: 'Marquées comme non lues' },
    archived: { one: 'Archivée', other: 'Archivées' },
    inbox: { one: 'Remise dans la boîte', other: 'Remises dans la boîte' },
    snoozed: { one: 'Reportée', other: 'Reportées' },
    deleted: { one: 'Supprimée', other: 'Supprimées' },
  },
  undo: 'Annuler',
  undoing: 'Annulation…',
  undone: 'Annulé',
  failed: 'Échec',
  others: { one: '{n} autre', other: '{n} autres' },
  many: { one: '{n} notification', other: '{n} notifications' },
  markedRead: {
    zero: 'Rien n’était non lu',
    one: '{n} notification marquée comme lue',
    other: '{n} notifications marquées comme lues',
  },
  removedRead: {
    zero: 'Rien à supprimer',
    one: '{n} notification supprimée',
    other: '{n} notifications supprimées',
  },
  archivedRead: {
    zero: 'Rien à archiver',
    one: '{n} notification archivée',
    other: '{n} notifications archivées',
  },
  confirmRead: 'Supprimer les notifications lues ?',
  confirmReadBody: 'Celles que vous avez lues sont supprimées. Les non lues restent.',
  confirmAll: 'Tout marquer comme lu ?',
  confirmAllBody: 'Il y en a tant que cela ne pourra pas être annulé.',
  confirmArchive: 'Archiver les notifications lues ?',
  confirmArchiveBody: 'Il y en a tant que cela ne pourra pas être annulé. Elles restent dans les archives.',
  onlyOfType: 'Seules les notifications du type « {type} » sont concernées.',

  snoozeUntil: 'Reporter jusqu’à',
  snoozeTimes: {
    later: 'Plus tard aujourd’hui',
    tomorrow: 'Demain',
    weekend: 'Ce week-end',
    week: 'La semaine prochaine',
  },
  otherTime: 'Un autre moment',
  wrongTime: 'Choisissez un moment à venir, d’ici un an.',
  until: 'Jusqu’à {time}',

  lists: { inbox: 'Boîte', snoozed: 'Reportées', archived: 'Archivées' },
  today: 'Aujourd’hui',
  yesterday: 'Hier',
  selectAll: 'Tout sélectionner',
  selected: { one: '{n} sélectionnée', other: '{n} sélectionnées' },
  clearSelection: 'Effacer la sélection',
  shortcuts: 'Raccourcis clavier',
  keys: {
    move: 'Suivante, précédente',
    open: 'Ouvrir',
    select: 'Sélectionner',
    range: 'Sélectionner au passage',
    selectAll: 'Sélectionner toutes celles affichées',
    clear: 'Effacer la sélection',
    undo: 'Annuler',
    help: 'Afficher ceci',
  },

  empty: 'Rien pour le moment',
  emptyHint: 'Les notifications apparaissent ici dès leur arrivée.',
  emptyUnread: 'Vous êtes à jour',
  emptyUnreadHint: 'Vous n’avez aucune notification non lue.',
  emptySnoozed: 'Rien n’est reporté',
  emptySnoozedHint: 'Ce que vous reportez attend ici, et revient à son heure.',
  emptyArchived: 'Les archives sont vides',
  emptyArchivedHint: 'Ce que vous avez traité est gardé ici.',
  offline: 'Pas de connexion. Nouvel essai…',
};

export const listTexts = { en, fr };
