import type { NotifyEvent } from '../dispatcher/event.js';

type Content = Pick<
  NotifyEvent,
  'title' | 'body' | 'link' | 'data' | 'teamId' | 'entity' | 'actor' | 'actions'
>;

/** What typically happens, by type, so that the demo page shows what a real inbox looks like. */
const CONTENTS: Record<string, Content> = {
  weekly_report: {
    title: 'Weekly report',
    body: '142 mails received, 38 archived this week.',
    link: '/reports/2026-W13',
    data: { period: '2026-W13' },
  },
  job_completed: {
    title: 'Export finished',
    body: 'customers.csv is ready: 18,204 rows.',
    link: '/jobs/1841',
  },
  job_failed: {
    title: 'The nightly import failed',
    body: 'Row 3,117: the column "email" is empty.',
    link: '/jobs/1842',
  },
  rule_executed: { title: 'A rule was executed', body: '"Invoices" moved 12 mails.', link: '/rules/7' },
  quota_warning: {
    title: 'Storage is almost full',
    body: '9.4 of 10 GB are in use.',
    link: '/settings/storage',
  },
  integrity_alert: { title: 'Integrity check failed', body: '3 files differ from their checksums.' },
  'issue.digest': {
    title: '3 new issues in Demo Project',
    body: "1 regression, 2 new errors since yesterday's digest.",
    link: '/dashboard/issues',
  },
  'feedback.new': { title: 'New feedback', body: '"The new search is wonderful."', link: '/feedback/88' },
  'job.completed': {
    title: 'Your job has completed',
    body: 'Reindexing took 4 minutes.',
    link: '/jobs/1843',
  },
  content_submitted: {
    title: 'Blog post submitted for review',
    body: '"Getting Started with Rust" was submitted for review.',
    actor: { name: 'Ann Lee' },
    actions: [
      { id: 'approve', label: 'Approve', style: 'primary' },
      { id: 'changes', label: 'Ask for changes' },
      { id: 'read', label: 'Read it', link: '/blog/getting-started-with-rust' },
    ],
    teamId: 'site-demo',
    entity: { type: 'blog', id: 'getting-started-with-rust' },
  },
  content_approved: {
    title: 'Blog post approved',
    body: '"Getting Started with Rust" can be published.',
    teamId: 'site-demo',
    entity: { type: 'blog', id: 'getting-started-with-rust' },
  },
  content_changes_requested: {
    title: 'Changes requested',
    body: 'The introduction of "Getting Started with Rust" is too long.',
    teamId: 'site-demo',
    entity: { type: 'blog', id: 'getting-started-with-rust' },
  },
};

/** Who writes: several of a type are from one after the other. */
const NAMES = ['Ann', 'Ben', 'Cleo', 'Dan', 'Eve'];

const FROM: Record<string, (name: string) => Content> = {
  'demo.reminder': (name) => ({ title: `${name} waits for your review`, link: '/reviews/12' }),
  'demo.comment': (name) => ({ title: `${name} has commented on your draft`, link: '/drafts/7' }),
  'demo.message': (name) => ({ title: `${name} has written to you`, link: '/messages' }),
  'demo.mention': (name) => ({ title: `${name} has mentioned you`, link: '/posts/41' }),
  'demo.note': (name) => ({ title: `${name} has answered in "Release plan"`, link: '/threads/release-plan' }),
};

/** A typical event of a type; a plain one for a host's own type. */
export function demoEvent(type: string, description: string, userId: string, count: number): NotifyEvent {
  const content = FROM[type]?.(NAMES[count % NAMES.length] as string) ??
    CONTENTS[type] ?? { title: description };
  return { type, userIds: [userId], ...content };
}
