import { own } from '../common/own.js';
import type { NotifyEvent } from '../dispatcher/event.js';

type Content = Pick<
  NotifyEvent,
  'title' | 'body' | 'link' | 'data' | 'teamId' | 'entity' | 'actor' | 'actions'
>;

const BLOG = { teamId: 'site-demo', entity: { type: 'blog', id: 'getting-started-with-rust' } };

/** What typically happens, by type, so that the demo page shows what a real inbox looks like. */
const CONTENTS: Record<string, Content> = {
  weekly_report: {
    ...content('Weekly report', '142 mails received, 38 archived this week.', '/reports/2026-W13'),
    data: { period: '2026-W13' },
  },
  job_completed: content('Export finished', 'customers.csv is ready: 18,204 rows.', '/jobs/1841'),
  job_failed: content('The nightly import failed', 'Row 3,117: the column "email" is empty.', '/jobs/1842'),
  rule_executed: content('A rule was executed', '"Invoices" moved 12 mails.', '/rules/7'),
  quota_warning: content('Storage is almost full', '9.4 of 10 GB are in use.', '/settings/storage'),
  integrity_alert: content('Integrity check failed', '3 files differ from their checksums.'),
  'issue.digest': content(
    '3 new issues in Demo Project',
    "1 regression, 2 new errors since yesterday's digest.",
    '/dashboard/issues',
  ),
  'feedback.new': content('New feedback', '"The new search is wonderful."', '/feedback/88'),
  'job.completed': content('Your job has completed', 'Reindexing took 4 minutes.', '/jobs/1843'),
  content_submitted: {
    ...content('Blog post submitted for review', '"Getting Started with Rust" was submitted for review.'),
    actor: { name: 'Ann Lee' },
    actions: [
      { id: 'approve', label: 'Approve', style: 'primary' },
      { id: 'changes', label: 'Ask for changes' },
      { id: 'read', label: 'Read it', link: '/blog/getting-started-with-rust' },
    ],
    ...BLOG,
  },
  content_approved: {
    ...content('Blog post approved', '"Getting Started with Rust" can be published.'),
    ...BLOG,
  },
  content_changes_requested: {
    ...content('Changes requested', 'The introduction of "Getting Started with Rust" is too long.'),
    ...BLOG,
  },
};

function content(title: string, body: string, link?: string): Content {
  return { title, body, ...(link !== undefined && { link }) };
}

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
  const content = own(FROM, type)?.(NAMES[count % NAMES.length] as string) ??
    own(CONTENTS, type) ?? { title: description };
  return { type, userIds: [userId], ...content };
}
