-- A database of the last preview, as pg_dump wrote it. Its server (commit c2abe55) was driven by its own API and killed at
-- the end: what it answered until then is in preview.json. Changes wait that the relay has not announced, and deliveries
-- whose endpoints do not answer. The encryption key is that of test/support/app.ts.

CREATE SCHEMA carillon;

CREATE FUNCTION carillon.uuid_v7(at timestamp with time zone) RETURNS uuid
    LANGUAGE sql PARALLEL SAFE
    AS $$
        SELECT encode(
          set_bit(set_bit(
            overlay(uuid_send(gen_random_uuid())
              placing substring(int8send((extract(epoch FROM at) * 1000)::bigint) FROM 3) FROM 1 FOR 6),
            52, 1), 53, 1),
          'hex')::uuid
      $$;

CREATE TABLE carillon.api_keys (
    id uuid NOT NULL,
    name text NOT NULL,
    hint text NOT NULL,
    hash bytea NOT NULL,
    created_at timestamp(3) with time zone NOT NULL,
    last_used_at timestamp(3) with time zone,
    revoked_at timestamp(3) with time zone
);

CREATE TABLE carillon.deliveries (
    user_id text NOT NULL,
    id uuid NOT NULL,
    endpoint_id uuid NOT NULL,
    event_id uuid NOT NULL,
    notification_id uuid,
    event text NOT NULL,
    status text DEFAULT 'pending'::text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    schedule_start integer DEFAULT 0 NOT NULL,
    response_status smallint,
    error text,
    created_at timestamp(3) with time zone NOT NULL,
    next_attempt_at timestamp(3) with time zone,
    leased_by uuid,
    lease_until timestamp(3) with time zone,
    finished_at timestamp(3) with time zone,
    attempted_at timestamp(3) with time zone,
    duration_ms integer,
    CONSTRAINT deliveries_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'delivered'::text, 'failed'::text])))
)
WITH (autovacuum_vacuum_scale_factor='0.02', fillfactor='50');

CREATE TABLE carillon.delivery_attempts (
    user_id text NOT NULL,
    delivery_id uuid NOT NULL,
    id bigint NOT NULL,
    started_at timestamp(3) with time zone NOT NULL,
    duration_ms integer NOT NULL,
    response_status smallint,
    error text
);

ALTER TABLE carillon.delivery_attempts ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME carillon.delivery_attempts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE carillon.events (
    id uuid NOT NULL,
    type text NOT NULL,
    level text NOT NULL,
    source text NOT NULL,
    team_id text,
    title text NOT NULL,
    body text,
    link text,
    data jsonb,
    entity_type text,
    entity_id text,
    webhook_event text,
    recipients text[] NOT NULL,
    outcomes smallint[] NOT NULL,
    created_at timestamp(3) with time zone NOT NULL
);

CREATE TABLE carillon.idempotency_keys (
    api_key_id uuid NOT NULL,
    key text NOT NULL,
    request_hash bytea NOT NULL,
    response jsonb NOT NULL,
    created_at timestamp(3) with time zone NOT NULL
);

CREATE TABLE carillon.inbox_changes (
    user_id text NOT NULL,
    id bigint NOT NULL,
    team_id text DEFAULT ''::text NOT NULL,
    kind text NOT NULL,
    notification_id uuid,
    event_id uuid,
    toast boolean DEFAULT false NOT NULL,
    scope jsonb,
    unread_delta integer DEFAULT 0 NOT NULL,
    live_delta integer DEFAULT 0 NOT NULL
)
WITH (autovacuum_vacuum_scale_factor='0', autovacuum_vacuum_threshold='5000');

ALTER TABLE carillon.inbox_changes ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME carillon.inbox_changes_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE carillon.inbox_log (
    user_id text NOT NULL,
    seq bigint NOT NULL,
    kind text NOT NULL,
    notification_id uuid,
    event_id uuid,
    toast boolean NOT NULL,
    scope jsonb,
    logged_at timestamp(3) with time zone NOT NULL
);

CREATE SEQUENCE carillon.inbox_log_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE carillon.inbox_log_state (
    id boolean DEFAULT true NOT NULL,
    pruned_seq bigint NOT NULL,
    CONSTRAINT inbox_log_state_id_check CHECK (id)
);

CREATE TABLE carillon.inbox_totals (
    user_id text NOT NULL,
    team_id text NOT NULL,
    unread bigint NOT NULL,
    live bigint NOT NULL
)
WITH (fillfactor='70');

CREATE TABLE carillon.migrations (
    id integer NOT NULL,
    "timestamp" bigint NOT NULL,
    name character varying NOT NULL
);

CREATE SEQUENCE carillon.migrations_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE carillon.migrations_id_seq OWNED BY carillon.migrations.id;

CREATE TABLE carillon.notifications (
    user_id text NOT NULL,
    id uuid NOT NULL,
    event_id uuid NOT NULL,
    type text NOT NULL,
    level text NOT NULL,
    team_id text,
    title text NOT NULL,
    body text,
    link text,
    data jsonb,
    entity_type text,
    entity_id text,
    created_at timestamp(3) with time zone NOT NULL,
    read_at timestamp(3) with time zone,
    deleted_at timestamp(3) with time zone,
    CONSTRAINT notifications_level_check CHECK ((level = ANY (ARRAY['info'::text, 'warning'::text, 'error'::text, 'success'::text])))
);

CREATE TABLE carillon.preferences (
    user_id text NOT NULL,
    type text NOT NULL,
    in_app boolean,
    toast boolean,
    webhook boolean,
    updated_at timestamp(3) with time zone NOT NULL
);

CREATE TABLE carillon.webhook_endpoints (
    user_id text NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    events text[] NOT NULL,
    url_box text NOT NULL,
    credentials_box text,
    secret_box text,
    created_at timestamp(3) with time zone NOT NULL,
    updated_at timestamp(3) with time zone NOT NULL,
    disabled_at timestamp(3) with time zone,
    disabled_reason text,
    failing_since timestamp(3) with time zone,
    failures integer DEFAULT 0 NOT NULL,
    paused_until timestamp(3) with time zone,
    deleted_at timestamp(3) with time zone,
    previous_secrets jsonb DEFAULT '[]'::jsonb NOT NULL
);

ALTER TABLE ONLY carillon.migrations ALTER COLUMN id SET DEFAULT nextval('carillon.migrations_id_seq'::regclass);

INSERT INTO carillon.api_keys VALUES
	('01a225fa-8863-7000-8000-02428da2e12d', 'legacy', 'crl_Ox9n', '\x063721ec51fbb7bb1632b6f3e692a0ea884c2923b47f80b3901359540aac7d45', '2026-11-29 06:25:05.635+00', '2026-11-29 06:25:05.669+00', '2026-11-29 06:25:06.538+00'),
	('01a225fa-8501-7000-8000-0215e6b56cf5', 'billing', 'crl_RJCd', '\xdef8ca50243ca4031a6713ca4c71b0fc68595c6cd0e52cf505dd68f0fbf70a2d', '2026-11-29 06:25:04.769+00', '2026-11-29 06:25:07.12+00', NULL);

INSERT INTO carillon.deliveries VALUES
	('alice', '01a225fa-8e80-7bdd-b775-805b1130d3dc', '01a225fa-8dfe-7000-8000-02c3c676d106', '01a225fa-8e80-7000-8000-02db733fe2b9', '01a225fa-8e80-7000-8000-04eb1d0c16cb', 'job.completed', 'delivered', 1, 0, 200, NULL, '2026-11-29 06:25:07.2+00', NULL, NULL, NULL, '2026-11-29 06:25:07.246+00', '2026-11-29 06:25:07.234+00', 2),
	('bob', '01a225fa-8e80-7b0d-99e8-e16e89a227b6', '01a225fa-8e0e-7000-8000-026cb7d5bc9a', '01a225fa-8e80-7000-8000-02db733fe2b9', '01a225fa-8e80-7000-8000-09eb407c6652', 'job.completed', 'delivered', 1, 0, 200, NULL, '2026-11-29 06:25:07.2+00', NULL, NULL, NULL, '2026-11-29 06:25:07.246+00', '2026-11-29 06:25:07.236+00', 1),
	('alice', '01a225fa-8e54-7ffe-9389-a9b4c1ea3e5c', '01a225fa-8dfe-7000-8000-02c3c676d106', '01a225fa-8e54-7000-8000-01ded60fb183', '01a225fa-8e54-7000-8000-06502f027250', 'job.failed', 'delivered', 1, 0, 200, NULL, '2026-11-29 06:25:07.156+00', NULL, NULL, NULL, '2026-11-29 06:25:07.219+00', '2026-11-29 06:25:07.185+00', 5),
	('alice', '01a225fa-8e34-7d15-924e-3f9ac763e927', '01a225fa-8e08-7000-8000-02bd2d95b42a', '01a225fa-8e34-7000-8000-0241c11a3e33', '01a225fa-8e34-7000-8000-05ca6de0f178', 'job.failed', 'failed', 3, 0, 500, 'answered 500', '2026-11-29 06:25:07.124+00', NULL, NULL, NULL, '2026-11-29 06:25:10.48+00', '2026-11-29 06:25:10.458+00', 1),
	('alice', '01a225fa-8e2f-79f7-9ab2-1f41a3151e36', '01a225fa-8dfe-7000-8000-02c3c676d106', '01a225fa-8e2f-7000-8000-03f209628d8d', '01a225fa-8e2f-7000-8000-047c8b310ac4', 'job.failed', 'delivered', 1, 0, 200, NULL, '2026-11-29 06:25:07.119+00', NULL, NULL, NULL, '2026-11-29 06:25:07.173+00', '2026-11-29 06:25:07.133+00', 14),
	('bob', '01a225fa-8e2f-7499-834a-5dfe625fc3e1', '01a225fa-8e0e-7000-8000-026cb7d5bc9a', '01a225fa-8e2f-7000-8000-03f209628d8d', NULL, 'job.failed', 'delivered', 1, 0, 200, NULL, '2026-11-29 06:25:07.119+00', NULL, NULL, NULL, '2026-11-29 06:25:07.173+00', '2026-11-29 06:25:07.136+00', 15),
	('carol', '01a225fa-8e2f-74df-aa15-2b03c2443d77', '01a225fa-8e13-7000-8000-0281395c87dc', '01a225fa-8e2f-7000-8000-03f209628d8d', '01a225fa-8e2f-7000-8000-0facc41cf465', 'job.failed', 'delivered', 1, 0, 200, NULL, '2026-11-29 06:25:07.119+00', NULL, NULL, NULL, '2026-11-29 06:25:07.173+00', '2026-11-29 06:25:07.136+00', 15),
	('alice', '01a225fa-8e34-7ca8-b052-5ca0c78f84ed', '01a225fa-8dfe-7000-8000-02c3c676d106', '01a225fa-8e34-7000-8000-0241c11a3e33', '01a225fa-8e34-7000-8000-05ca6de0f178', 'job.failed', 'delivered', 1, 0, 200, NULL, '2026-11-29 06:25:07.124+00', NULL, NULL, NULL, '2026-11-29 06:25:07.173+00', '2026-11-29 06:25:07.161+00', 9),
	('bob', '01a225fa-8e34-742b-a0d6-7957c447c926', '01a225fa-8e0e-7000-8000-026cb7d5bc9a', '01a225fa-8e34-7000-8000-0241c11a3e33', NULL, 'job.failed', 'delivered', 1, 0, 200, NULL, '2026-11-29 06:25:07.124+00', NULL, NULL, NULL, '2026-11-29 06:25:07.173+00', '2026-11-29 06:25:07.161+00', 9),
	('carol', '01a225fa-8e34-7baa-9871-76e531f029e5', '01a225fa-8e13-7000-8000-0281395c87dc', '01a225fa-8e34-7000-8000-0241c11a3e33', '01a225fa-8e34-7000-8000-0ebed05d95a0', 'job.failed', 'delivered', 1, 0, 200, NULL, '2026-11-29 06:25:07.124+00', NULL, NULL, NULL, '2026-11-29 06:25:07.173+00', '2026-11-29 06:25:07.161+00', 10),
	('alice', '01a225fa-8e47-7ce4-a60e-7eef8585fa8a', '01a225fa-8dfe-7000-8000-02c3c676d106', '01a225fa-8e47-7000-8000-0332b2f3ca94', '01a225fa-8e47-7000-8000-04e84859580b', 'job.failed', 'delivered', 1, 0, 200, NULL, '2026-11-29 06:25:07.143+00', NULL, NULL, NULL, '2026-11-29 06:25:07.173+00', '2026-11-29 06:25:07.161+00', 10),
	('bob', '01a225fa-8e47-7315-baa6-6d2946a96dfd', '01a225fa-8e0e-7000-8000-026cb7d5bc9a', '01a225fa-8e47-7000-8000-0332b2f3ca94', NULL, 'job.failed', 'delivered', 1, 0, 200, NULL, '2026-11-29 06:25:07.143+00', NULL, NULL, NULL, '2026-11-29 06:25:07.173+00', '2026-11-29 06:25:07.162+00', 10),
	('carol', '01a225fa-8e47-7c27-be79-0ee52576bcd2', '01a225fa-8e13-7000-8000-0281395c87dc', '01a225fa-8e47-7000-8000-0332b2f3ca94', '01a225fa-8e47-7000-8000-0cadd4019626', 'job.failed', 'delivered', 1, 0, 200, NULL, '2026-11-29 06:25:07.143+00', NULL, NULL, NULL, '2026-11-29 06:25:07.173+00', '2026-11-29 06:25:07.162+00', 10),
	('alice', '01a225fa-8e47-7080-a378-8f248de2ceb6', '01a225fa-8e08-7000-8000-02bd2d95b42a', '01a225fa-8e47-7000-8000-0332b2f3ca94', '01a225fa-8e47-7000-8000-04e84859580b', 'job.failed', 'failed', 3, 0, 500, 'answered 500', '2026-11-29 06:25:07.143+00', NULL, NULL, NULL, '2026-11-29 06:25:10.504+00', '2026-11-29 06:25:10.482+00', 1),
	('alice', '01a225fa-8e54-7897-8849-5c45e8215fff', '01a225fa-8e08-7000-8000-02bd2d95b42a', '01a225fa-8e54-7000-8000-01ded60fb183', '01a225fa-8e54-7000-8000-06502f027250', 'job.failed', 'failed', 3, 0, 500, 'answered 500', '2026-11-29 06:25:07.156+00', NULL, NULL, NULL, '2026-11-29 06:25:10.529+00', '2026-11-29 06:25:10.507+00', 1),
	('alice', '01a225fa-8e2f-7d44-9531-ddb77d044ff8', '01a225fa-8e08-7000-8000-02bd2d95b42a', '01a225fa-8e2f-7000-8000-03f209628d8d', '01a225fa-8e2f-7000-8000-047c8b310ac4', 'job.failed', 'failed', 3, 0, 500, 'answered 500', '2026-11-29 06:25:07.119+00', NULL, NULL, NULL, '2026-11-29 06:25:10.553+00', '2026-11-29 06:25:10.531+00', 1),
	('bob', '01a225fa-8e88-71e9-86f1-6b530f011b81', '01a225fa-8e0e-7000-8000-026cb7d5bc9a', '01a225fa-8e88-7000-8000-012fa38aeea8', '01a225fa-8e88-7000-8000-098b741d6156', 'job.completed', 'delivered', 1, 0, 200, NULL, '2026-11-29 06:25:07.208+00', NULL, NULL, NULL, '2026-11-29 06:25:07.269+00', '2026-11-29 06:25:07.249+00', 1),
	('bob', '01a225fa-8e54-79dc-bd6e-04f5d4a0dbea', '01a225fa-8e0e-7000-8000-026cb7d5bc9a', '01a225fa-8e54-7000-8000-01ded60fb183', NULL, 'job.failed', 'delivered', 1, 0, 200, NULL, '2026-11-29 06:25:07.156+00', NULL, NULL, NULL, '2026-11-29 06:25:07.219+00', '2026-11-29 06:25:07.185+00', 5),
	('carol', '01a225fa-8e54-77af-9f63-949203ab20d8', '01a225fa-8e13-7000-8000-0281395c87dc', '01a225fa-8e54-7000-8000-01ded60fb183', '01a225fa-8e54-7000-8000-0def4721d0d9', 'job.failed', 'delivered', 1, 0, 200, NULL, '2026-11-29 06:25:07.156+00', NULL, NULL, NULL, '2026-11-29 06:25:07.219+00', '2026-11-29 06:25:07.186+00', 5),
	('bob', '01a225fa-8e6a-7484-9a84-3d493940406f', '01a225fa-8e0e-7000-8000-026cb7d5bc9a', '01a225fa-8e6a-7000-8000-003bea598757', NULL, 'rule.executed', 'delivered', 1, 0, 200, NULL, '2026-11-29 06:25:07.178+00', NULL, NULL, NULL, '2026-11-29 06:25:07.219+00', '2026-11-29 06:25:07.191+00', 4),
	('alice', '01a225fa-8e6f-7b3b-917e-90b91f04d0ee', '01a225fa-8dfe-7000-8000-02c3c676d106', '01a225fa-8e6f-7000-8000-03a2e2ac1b8f', '01a225fa-8e6f-7000-8000-059fc5c22fe5', 'job.completed', 'delivered', 1, 0, 200, NULL, '2026-11-29 06:25:07.183+00', NULL, NULL, NULL, '2026-11-29 06:25:07.246+00', '2026-11-29 06:25:07.234+00', 2),
	('bob', '01a225fa-8e6f-786a-8a9a-6ee61564ff98', '01a225fa-8e0e-7000-8000-026cb7d5bc9a', '01a225fa-8e6f-7000-8000-03a2e2ac1b8f', '01a225fa-8e6f-7000-8000-0bd6e36ba15a', 'job.completed', 'delivered', 1, 0, 200, NULL, '2026-11-29 06:25:07.183+00', NULL, NULL, NULL, '2026-11-29 06:25:07.246+00', '2026-11-29 06:25:07.234+00', 1),
	('bob', '01a225fa-8e79-7367-a075-394d58307bfb', '01a225fa-8e0e-7000-8000-026cb7d5bc9a', '01a225fa-8e79-7000-8000-011c4b681ab0', NULL, 'rule.executed', 'delivered', 1, 0, 200, NULL, '2026-11-29 06:25:07.193+00', NULL, NULL, NULL, '2026-11-29 06:25:07.246+00', '2026-11-29 06:25:07.234+00', 2),
	('bob', '01a225fa-8e85-757d-bc6a-0b2b4560f265', '01a225fa-8e0e-7000-8000-026cb7d5bc9a', '01a225fa-8e85-7000-8000-006da883c637', NULL, 'rule.executed', 'delivered', 1, 0, 200, NULL, '2026-11-29 06:25:07.205+00', NULL, NULL, NULL, '2026-11-29 06:25:07.246+00', '2026-11-29 06:25:07.236+00', 0),
	('alice', '01a225fa-8e88-726e-97b4-2d61a7911cc3', '01a225fa-8dfe-7000-8000-02c3c676d106', '01a225fa-8e88-7000-8000-012fa38aeea8', '01a225fa-8e88-7000-8000-04665c8fe353', 'job.completed', 'delivered', 1, 0, 200, NULL, '2026-11-29 06:25:07.208+00', NULL, NULL, NULL, '2026-11-29 06:25:07.246+00', '2026-11-29 06:25:07.234+00', 2),
	('alice', '01a225fa-ba8d-7453-8f9b-4d07bed7fbe2', '01a225fa-8dfe-7000-8000-02c3c676d106', '01a225fa-ba8d-7000-8000-00eb85e639f8', '01a225fa-ba8d-7000-8000-040080700895', 'job.failed', 'pending', 1, 0, NULL, 'the connection was refused', '2026-11-29 06:25:18.477+00', '2026-11-29 06:25:23.808+00', NULL, NULL, NULL, '2026-11-29 06:25:18.605+00', 5),
	('alice', '01a225fa-8e62-7dd6-9bb1-9b9c15e1cea6', '01a225fa-8dfe-7000-8000-02c3c676d106', '01a225fa-8e62-7000-8000-03d86aeaf5c9', '01a225fa-8e62-7000-8000-075c0220ed9e', 'job.failed', 'delivered', 1, 0, 200, NULL, '2026-11-29 06:25:07.17+00', NULL, NULL, NULL, '2026-11-29 06:25:07.219+00', '2026-11-29 06:25:07.186+00', 5),
	('bob', '01a225fa-8e62-7931-82a7-c9763d00f307', '01a225fa-8e0e-7000-8000-026cb7d5bc9a', '01a225fa-8e62-7000-8000-03d86aeaf5c9', NULL, 'job.failed', 'delivered', 1, 0, 200, NULL, '2026-11-29 06:25:07.17+00', NULL, NULL, NULL, '2026-11-29 06:25:07.219+00', '2026-11-29 06:25:07.186+00', 5),
	('carol', '01a225fa-8e62-7a0f-beb3-f2d74e2fcf48', '01a225fa-8e13-7000-8000-0281395c87dc', '01a225fa-8e62-7000-8000-03d86aeaf5c9', '01a225fa-8e62-7000-8000-0c0bc9a7a558', 'job.failed', 'delivered', 1, 0, 200, NULL, '2026-11-29 06:25:07.17+00', NULL, NULL, NULL, '2026-11-29 06:25:07.219+00', '2026-11-29 06:25:07.186+00', 5),
	('alice', '01a225fa-8e8f-7763-9177-8fa93be50d87', '01a225fa-8dfe-7000-8000-02c3c676d106', '01a225fa-8e8f-7000-8000-01e14e87c7da', '01a225fa-8e8f-7000-8000-050131dc5d01', 'quota.warning', 'delivered', 1, 0, 200, NULL, '2026-11-29 06:25:07.215+00', NULL, NULL, NULL, '2026-11-29 06:25:07.246+00', '2026-11-29 06:25:07.235+00', 2),
	('alice', '01a225fa-8e62-7f44-be3d-fd229c28b05d', '01a225fa-8e08-7000-8000-02bd2d95b42a', '01a225fa-8e62-7000-8000-03d86aeaf5c9', '01a225fa-8e62-7000-8000-075c0220ed9e', 'job.failed', 'delivered', 4, 3, 200, NULL, '2026-11-29 06:25:07.17+00', NULL, NULL, NULL, '2026-11-29 06:25:10.685+00', '2026-11-29 06:25:10.663+00', 1),
	('bob', '01a225fa-ba9a-79fa-b6e8-011f4f1ac1bb', '01a225fa-8e0e-7000-8000-026cb7d5bc9a', '01a225fa-ba9a-7000-8000-032d616d8ed5', NULL, 'job.failed', 'pending', 1, 0, NULL, 'the connection was refused', '2026-11-29 06:25:18.49+00', '2026-11-29 06:25:23.837+00', NULL, NULL, NULL, '2026-11-29 06:25:18.608+00', 2),
	('alice', '01a225fa-c07f-7d14-a724-fce180934f62', '01a225fa-8dfe-7000-8000-02c3c676d106', '01a225fa-c07f-7000-8000-020745ce5c9d', '01a225fa-c07f-7000-8000-06cfdee35a3a', 'job.completed', 'pending', 1, 0, NULL, 'the connection was refused', '2026-11-29 06:25:19.999+00', '2026-11-29 06:25:25.674+00', NULL, NULL, NULL, '2026-11-29 06:25:20.014+00', 1),
	('bob', '01a225fa-c07f-7cbc-b9d2-b8e8befd8da1', '01a225fa-8e0e-7000-8000-026cb7d5bc9a', '01a225fa-c07f-7000-8000-020745ce5c9d', '01a225fa-c07f-7000-8000-08d0a0165a69', 'job.completed', 'pending', 1, 0, NULL, 'the connection was refused', '2026-11-29 06:25:19.999+00', '2026-11-29 06:25:25.362+00', NULL, NULL, NULL, '2026-11-29 06:25:20.014+00', 1);

INSERT INTO carillon.delivery_attempts OVERRIDING SYSTEM VALUE VALUES
	('alice', '01a225fa-8e34-7d15-924e-3f9ac763e927', 1, '2026-11-29 06:25:07.161+00', 9, 500, 'answered 500'),
	('alice', '01a225fa-8e54-7897-8849-5c45e8215fff', 2, '2026-11-29 06:25:07.202+00', 1, 500, 'answered 500'),
	('alice', '01a225fa-8e62-7f44-be3d-fd229c28b05d', 3, '2026-11-29 06:25:07.212+00', 7, 500, 'answered 500'),
	('alice', '01a225fa-8e2f-7d44-9531-ddb77d044ff8', 4, '2026-11-29 06:25:07.136+00', 15, 500, 'answered 500'),
	('alice', '01a225fa-8e47-7080-a378-8f248de2ceb6', 5, '2026-11-29 06:25:07.185+00', 5, 500, 'answered 500'),
	('alice', '01a225fa-8e62-7f44-be3d-fd229c28b05d', 6, '2026-11-29 06:25:08.33+00', 1, 500, 'answered 500'),
	('alice', '01a225fa-8e34-7d15-924e-3f9ac763e927', 7, '2026-11-29 06:25:08.281+00', 1, 500, 'answered 500'),
	('alice', '01a225fa-8e47-7080-a378-8f248de2ceb6', 8, '2026-11-29 06:25:08.406+00', 1, 500, 'answered 500'),
	('alice', '01a225fa-8e54-7897-8849-5c45e8215fff', 9, '2026-11-29 06:25:08.306+00', 1, 500, 'answered 500'),
	('alice', '01a225fa-8e2f-7d44-9531-ddb77d044ff8', 10, '2026-11-29 06:25:08.381+00', 2, 500, 'answered 500'),
	('alice', '01a225fa-8e62-7f44-be3d-fd229c28b05d', 11, '2026-11-29 06:25:10.434+00', 2, 500, 'answered 500');

INSERT INTO carillon.events VALUES
	('01a225fa-8884-7000-8000-0104806048dd', 'weekly_report', 'info', 'legacy', NULL, 'Week 47', NULL, NULL, NULL, NULL, NULL, NULL, '{alice,bob}', '{1,1}', '2026-11-29 06:25:05.668+00'),
	('01a225fa-8e2f-7000-8000-03f209628d8d', 'job_failed', 'error', 'billing', NULL, 'Import 0 failed', 'A column is missing – « prix » 🙂', '/jobs/0', '{"job": 0, "nested": {"it''s": [1, null, "x\\y"]}}', 'job', '0', 'job.failed', '{alice,bob,carol}', '{7,30,63}', '2026-11-29 06:25:07.119+00'),
	('01a225fa-8e34-7000-8000-0241c11a3e33', 'job_failed', 'error', 'billing', 'ops', 'Import 1 failed', 'A column is missing – « prix » 🙂', '/jobs/1', '{"job": 1, "nested": {"it''s": [1, null, "x\\y"]}}', 'job', '1', 'job.failed', '{alice,bob,carol}', '{7,30,63}', '2026-11-29 06:25:07.124+00'),
	('01a225fa-8e47-7000-8000-0332b2f3ca94', 'job_failed', 'error', 'billing', NULL, 'Import 2 failed', 'A column is missing – « prix » 🙂', '/jobs/2', '{"job": 2, "nested": {"it''s": [1, null, "x\\y"]}}', 'job', '2', 'job.failed', '{alice,bob,carol}', '{7,30,63}', '2026-11-29 06:25:07.143+00'),
	('01a225fa-8e54-7000-8000-01ded60fb183', 'job_failed', 'error', 'billing', 'ops', 'Import 3 failed', 'A column is missing – « prix » 🙂', '/jobs/3', '{"job": 3, "nested": {"it''s": [1, null, "x\\y"]}}', 'job', '3', 'job.failed', '{alice,bob,carol}', '{7,30,63}', '2026-11-29 06:25:07.156+00'),
	('01a225fa-8e62-7000-8000-03d86aeaf5c9', 'job_failed', 'error', 'billing', NULL, 'Import 4 failed', 'A column is missing – « prix » 🙂', '/jobs/4', '{"job": 4, "nested": {"it''s": [1, null, "x\\y"]}}', 'job', '4', 'job.failed', '{alice,bob,carol}', '{7,30,63}', '2026-11-29 06:25:07.17+00'),
	('01a225fa-8e6a-7000-8000-003bea598757', 'rule_executed', 'info', 'billing', 'ops', 'Step 0 ran', NULL, NULL, NULL, NULL, NULL, 'rule.executed', '{alice,bob}', '{41,4}', '2026-11-29 06:25:07.178+00'),
	('01a225fa-8e6f-7000-8000-03a2e2ac1b8f', 'job_completed', 'success', 'billing', 'ops', 'Step 1 ran', NULL, NULL, NULL, NULL, NULL, 'job.completed', '{alice,bob}', '{21,7}', '2026-11-29 06:25:07.183+00'),
	('01a225fa-8e79-7000-8000-011c4b681ab0', 'rule_executed', 'info', 'billing', 'ops', 'Step 2 ran', NULL, NULL, NULL, NULL, NULL, 'rule.executed', '{alice,bob}', '{41,4}', '2026-11-29 06:25:07.193+00'),
	('01a225fa-8e80-7000-8000-02db733fe2b9', 'job_completed', 'success', 'billing', 'sales', 'Step 3 ran', NULL, NULL, NULL, NULL, NULL, 'job.completed', '{alice,bob}', '{21,7}', '2026-11-29 06:25:07.2+00'),
	('01a225fa-8e85-7000-8000-006da883c637', 'rule_executed', 'info', 'billing', 'sales', 'Step 4 ran', NULL, NULL, NULL, NULL, NULL, 'rule.executed', '{alice,bob}', '{41,4}', '2026-11-29 06:25:07.205+00'),
	('01a225fa-8e88-7000-8000-012fa38aeea8', 'job_completed', 'success', 'billing', 'sales', 'Step 5 ran', NULL, NULL, NULL, NULL, NULL, 'job.completed', '{alice,bob}', '{21,7}', '2026-11-29 06:25:07.208+00'),
	('01a225fa-8e8f-7000-8000-01e14e87c7da', 'quota_warning', 'error', 'billing', NULL, 'Storage is almost full', NULL, NULL, NULL, NULL, NULL, 'quota.warning', '{alice,user-1,user-2,user-3,user-4,user-5,user-6,user-7,user-8,user-9,user-10,user-11,user-12,user-13,user-14,user-15,user-16,user-17,user-18,user-19,user-20,user-21,user-22,user-23,user-24,user-25,user-26,user-27,user-28,user-29,user-30}', '{5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,5,5}', '2026-11-29 06:25:07.215+00'),
	('01a225fa-ba8d-7000-8000-00eb85e639f8', 'job_failed', 'error', 'billing', NULL, 'The nightly import failed', NULL, NULL, '{"run": 17}', NULL, NULL, 'job.failed', '{alice,dave}', '{7,7}', '2026-11-29 06:25:18.477+00'),
	('01a225fa-ba9a-7000-8000-032d616d8ed5', 'job_failed', 'error', 'billing', NULL, 'Another one failed', NULL, NULL, NULL, NULL, NULL, 'job.failed', '{bob}', '{30}', '2026-11-29 06:25:18.49+00'),
	('01a225fa-c07f-7000-8000-020745ce5c9d', 'job_completed', 'success', 'billing', NULL, 'Committed, and not announced', NULL, NULL, NULL, NULL, NULL, 'job.completed', '{alice,bob}', '{21,7}', '2026-11-29 06:25:19.999+00');

INSERT INTO carillon.idempotency_keys VALUES
	('01a225fa-8501-7000-8000-0215e6b56cf5', 'nightly-import-17', '\x5cfdeedbcbe13677a6188ebc34ad425886255617e72d0f06ce569a3e296f6596', '{"event": {"id": "01a225fa-ba8d-7000-8000-00eb85e639f8", "type": "job_failed", "createdAt": "2026-11-29T06:25:18.477Z"}, "recipients": 2}', '2026-11-29 06:25:18.482+00');

INSERT INTO carillon.inbox_changes OVERRIDING SYSTEM VALUE VALUES
	('alice', 74, '', 'created', '01a225fa-c07f-7000-8000-06cfdee35a3a', '01a225fa-c07f-7000-8000-020745ce5c9d', false, NULL, 1, 1),
	('bob', 75, '', 'created', '01a225fa-c07f-7000-8000-08d0a0165a69', '01a225fa-c07f-7000-8000-020745ce5c9d', true, NULL, 1, 1);

INSERT INTO carillon.inbox_log VALUES
	('alice', 1, 'created', '01a225fa-8884-7000-8000-066cb63b9b79', '01a225fa-8884-7000-8000-0104806048dd', false, NULL, '2026-11-29 06:25:05.675+00'),
	('bob', 2, 'created', '01a225fa-8884-7000-8000-0bf9be9745a4', '01a225fa-8884-7000-8000-0104806048dd', false, NULL, '2026-11-29 06:25:05.675+00'),
	('alice', 3, 'created', '01a225fa-8e2f-7000-8000-047c8b310ac4', '01a225fa-8e2f-7000-8000-03f209628d8d', true, NULL, '2026-11-29 06:25:07.124+00'),
	('bob', 4, 'toast', NULL, '01a225fa-8e2f-7000-8000-03f209628d8d', true, NULL, '2026-11-29 06:25:07.124+00'),
	('carol', 5, 'created', '01a225fa-8e2f-7000-8000-0facc41cf465', '01a225fa-8e2f-7000-8000-03f209628d8d', true, NULL, '2026-11-29 06:25:07.124+00'),
	('alice', 6, 'created', '01a225fa-8e34-7000-8000-05ca6de0f178', '01a225fa-8e34-7000-8000-0241c11a3e33', true, NULL, '2026-11-29 06:25:07.142+00'),
	('alice', 7, 'created', '01a225fa-8e47-7000-8000-04e84859580b', '01a225fa-8e47-7000-8000-0332b2f3ca94', true, NULL, '2026-11-29 06:25:07.142+00'),
	('bob', 8, 'toast', NULL, '01a225fa-8e34-7000-8000-0241c11a3e33', true, NULL, '2026-11-29 06:25:07.142+00'),
	('bob', 9, 'toast', NULL, '01a225fa-8e47-7000-8000-0332b2f3ca94', true, NULL, '2026-11-29 06:25:07.142+00'),
	('carol', 10, 'created', '01a225fa-8e34-7000-8000-0ebed05d95a0', '01a225fa-8e34-7000-8000-0241c11a3e33', true, NULL, '2026-11-29 06:25:07.142+00'),
	('carol', 11, 'created', '01a225fa-8e47-7000-8000-0cadd4019626', '01a225fa-8e47-7000-8000-0332b2f3ca94', true, NULL, '2026-11-29 06:25:07.142+00'),
	('alice', 12, 'created', '01a225fa-8e54-7000-8000-06502f027250', '01a225fa-8e54-7000-8000-01ded60fb183', true, NULL, '2026-11-29 06:25:07.166+00'),
	('alice', 13, 'created', '01a225fa-8e62-7000-8000-075c0220ed9e', '01a225fa-8e62-7000-8000-03d86aeaf5c9', true, NULL, '2026-11-29 06:25:07.166+00'),
	('bob', 14, 'toast', NULL, '01a225fa-8e54-7000-8000-01ded60fb183', true, NULL, '2026-11-29 06:25:07.166+00'),
	('bob', 15, 'toast', NULL, '01a225fa-8e62-7000-8000-03d86aeaf5c9', true, NULL, '2026-11-29 06:25:07.166+00'),
	('carol', 16, 'created', '01a225fa-8e54-7000-8000-0def4721d0d9', '01a225fa-8e54-7000-8000-01ded60fb183', true, NULL, '2026-11-29 06:25:07.166+00'),
	('carol', 17, 'created', '01a225fa-8e62-7000-8000-0c0bc9a7a558', '01a225fa-8e62-7000-8000-03d86aeaf5c9', true, NULL, '2026-11-29 06:25:07.166+00'),
	('alice', 18, 'created', '01a225fa-8e6a-7000-8000-0557735372a5', '01a225fa-8e6a-7000-8000-003bea598757', false, NULL, '2026-11-29 06:25:07.185+00'),
	('alice', 19, 'created', '01a225fa-8e6f-7000-8000-059fc5c22fe5', '01a225fa-8e6f-7000-8000-03a2e2ac1b8f', false, NULL, '2026-11-29 06:25:07.185+00'),
	('bob', 20, 'created', '01a225fa-8e6f-7000-8000-0bd6e36ba15a', '01a225fa-8e6f-7000-8000-03a2e2ac1b8f', true, NULL, '2026-11-29 06:25:07.185+00'),
	('alice', 21, 'created', '01a225fa-8e79-7000-8000-04daa6e86ad3', '01a225fa-8e79-7000-8000-011c4b681ab0', false, NULL, '2026-11-29 06:25:07.2+00'),
	('alice', 22, 'created', '01a225fa-8e80-7000-8000-04eb1d0c16cb', '01a225fa-8e80-7000-8000-02db733fe2b9', false, NULL, '2026-11-29 06:25:07.215+00'),
	('alice', 23, 'created', '01a225fa-8e85-7000-8000-063a66cf91db', '01a225fa-8e85-7000-8000-006da883c637', false, NULL, '2026-11-29 06:25:07.215+00'),
	('alice', 24, 'created', '01a225fa-8e88-7000-8000-04665c8fe353', '01a225fa-8e88-7000-8000-012fa38aeea8', false, NULL, '2026-11-29 06:25:07.215+00'),
	('alice', 25, 'created', '01a225fa-8e8f-7000-8000-050131dc5d01', '01a225fa-8e8f-7000-8000-01e14e87c7da', false, NULL, '2026-11-29 06:25:07.215+00'),
	('bob', 26, 'created', '01a225fa-8e80-7000-8000-09eb407c6652', '01a225fa-8e80-7000-8000-02db733fe2b9', true, NULL, '2026-11-29 06:25:07.215+00'),
	('bob', 27, 'created', '01a225fa-8e88-7000-8000-098b741d6156', '01a225fa-8e88-7000-8000-012fa38aeea8', true, NULL, '2026-11-29 06:25:07.215+00'),
	('user-1', 28, 'created', '01a225fa-8e8f-7000-8000-08c9374fe898', '01a225fa-8e8f-7000-8000-01e14e87c7da', false, NULL, '2026-11-29 06:25:07.215+00'),
	('user-10', 29, 'created', '01a225fa-8e8f-7000-8000-2d1c48ff6f78', '01a225fa-8e8f-7000-8000-01e14e87c7da', false, NULL, '2026-11-29 06:25:07.215+00'),
	('user-11', 30, 'created', '01a225fa-8e8f-7000-8000-33bff30a7350', '01a225fa-8e8f-7000-8000-01e14e87c7da', false, NULL, '2026-11-29 06:25:07.215+00'),
	('user-12', 31, 'created', '01a225fa-8e8f-7000-8000-371dce942763', '01a225fa-8e8f-7000-8000-01e14e87c7da', false, NULL, '2026-11-29 06:25:07.215+00'),
	('user-13', 32, 'created', '01a225fa-8e8f-7000-8000-38704485aed5', '01a225fa-8e8f-7000-8000-01e14e87c7da', false, NULL, '2026-11-29 06:25:07.215+00'),
	('user-14', 33, 'created', '01a225fa-8e8f-7000-8000-3dfd1e77b015', '01a225fa-8e8f-7000-8000-01e14e87c7da', false, NULL, '2026-11-29 06:25:07.215+00'),
	('user-15', 34, 'created', '01a225fa-8e8f-7000-8000-4309010b5c54', '01a225fa-8e8f-7000-8000-01e14e87c7da', false, NULL, '2026-11-29 06:25:07.215+00'),
	('user-16', 35, 'created', '01a225fa-8e8f-7000-8000-4578706031ba', '01a225fa-8e8f-7000-8000-01e14e87c7da', false, NULL, '2026-11-29 06:25:07.215+00'),
	('user-17', 36, 'created', '01a225fa-8e8f-7000-8000-4a30bed55d43', '01a225fa-8e8f-7000-8000-01e14e87c7da', false, NULL, '2026-11-29 06:25:07.215+00'),
	('user-18', 37, 'created', '01a225fa-8e8f-7000-8000-4e0eb8e02d49', '01a225fa-8e8f-7000-8000-01e14e87c7da', false, NULL, '2026-11-29 06:25:07.215+00'),
	('user-19', 38, 'created', '01a225fa-8e8f-7000-8000-51afa2483ee6', '01a225fa-8e8f-7000-8000-01e14e87c7da', false, NULL, '2026-11-29 06:25:07.215+00'),
	('user-2', 39, 'created', '01a225fa-8e8f-7000-8000-0c9d555f76db', '01a225fa-8e8f-7000-8000-01e14e87c7da', false, NULL, '2026-11-29 06:25:07.215+00'),
	('user-20', 40, 'created', '01a225fa-8e8f-7000-8000-56adb8d95002', '01a225fa-8e8f-7000-8000-01e14e87c7da', false, NULL, '2026-11-29 06:25:07.215+00'),
	('user-21', 41, 'created', '01a225fa-8e8f-7000-8000-59b3cb97dab2', '01a225fa-8e8f-7000-8000-01e14e87c7da', false, NULL, '2026-11-29 06:25:07.215+00'),
	('user-22', 42, 'created', '01a225fa-8e8f-7000-8000-5c7a07d00013', '01a225fa-8e8f-7000-8000-01e14e87c7da', false, NULL, '2026-11-29 06:25:07.215+00'),
	('user-23', 43, 'created', '01a225fa-8e8f-7000-8000-6165b531c017', '01a225fa-8e8f-7000-8000-01e14e87c7da', false, NULL, '2026-11-29 06:25:07.215+00'),
	('user-24', 44, 'created', '01a225fa-8e8f-7000-8000-6566772eb91c', '01a225fa-8e8f-7000-8000-01e14e87c7da', false, NULL, '2026-11-29 06:25:07.215+00'),
	('user-25', 45, 'created', '01a225fa-8e8f-7000-8000-68f29cbe4d27', '01a225fa-8e8f-7000-8000-01e14e87c7da', false, NULL, '2026-11-29 06:25:07.215+00'),
	('user-26', 46, 'created', '01a225fa-8e8f-7000-8000-6dbe5c77b6dd', '01a225fa-8e8f-7000-8000-01e14e87c7da', false, NULL, '2026-11-29 06:25:07.215+00'),
	('user-27', 47, 'created', '01a225fa-8e8f-7000-8000-7365d1a8f8fe', '01a225fa-8e8f-7000-8000-01e14e87c7da', false, NULL, '2026-11-29 06:25:07.215+00'),
	('user-28', 48, 'created', '01a225fa-8e8f-7000-8000-75c846f5c800', '01a225fa-8e8f-7000-8000-01e14e87c7da', false, NULL, '2026-11-29 06:25:07.215+00'),
	('user-29', 49, 'created', '01a225fa-8e8f-7000-8000-78b6dafad08b', '01a225fa-8e8f-7000-8000-01e14e87c7da', false, NULL, '2026-11-29 06:25:07.215+00'),
	('user-3', 50, 'created', '01a225fa-8e8f-7000-8000-1086d094e472', '01a225fa-8e8f-7000-8000-01e14e87c7da', false, NULL, '2026-11-29 06:25:07.215+00'),
	('user-30', 51, 'created', '01a225fa-8e8f-7000-8000-7cd1f3eecb7f', '01a225fa-8e8f-7000-8000-01e14e87c7da', false, NULL, '2026-11-29 06:25:07.215+00'),
	('user-4', 52, 'created', '01a225fa-8e8f-7000-8000-15ed8822aa1a', '01a225fa-8e8f-7000-8000-01e14e87c7da', false, NULL, '2026-11-29 06:25:07.215+00'),
	('user-5', 53, 'created', '01a225fa-8e8f-7000-8000-1b552f5fd5d0', '01a225fa-8e8f-7000-8000-01e14e87c7da', false, NULL, '2026-11-29 06:25:07.215+00'),
	('user-6', 54, 'created', '01a225fa-8e8f-7000-8000-1e4a09d4d3ae', '01a225fa-8e8f-7000-8000-01e14e87c7da', false, NULL, '2026-11-29 06:25:07.215+00'),
	('user-7', 55, 'created', '01a225fa-8e8f-7000-8000-2263d0accf91', '01a225fa-8e8f-7000-8000-01e14e87c7da', false, NULL, '2026-11-29 06:25:07.215+00'),
	('user-8', 56, 'created', '01a225fa-8e8f-7000-8000-258fcc00193e', '01a225fa-8e8f-7000-8000-01e14e87c7da', false, NULL, '2026-11-29 06:25:07.215+00'),
	('user-9', 57, 'created', '01a225fa-8e8f-7000-8000-28d4fe3f7d5b', '01a225fa-8e8f-7000-8000-01e14e87c7da', false, NULL, '2026-11-29 06:25:07.215+00'),
	('alice', 58, 'deleted', '01a225fa-8e88-7000-8000-04665c8fe353', NULL, false, NULL, '2026-11-29 06:25:11.378+00'),
	('alice', 59, 'deleted', '01a225fa-8e85-7000-8000-063a66cf91db', NULL, false, NULL, '2026-11-29 06:25:11.378+00'),
	('alice', 60, 'deleted', '01a225fa-8e80-7000-8000-04eb1d0c16cb', NULL, false, NULL, '2026-11-29 06:25:11.386+00'),
	('alice', 61, 'restored', '01a225fa-8e88-7000-8000-04665c8fe353', '01a225fa-8e88-7000-8000-012fa38aeea8', false, NULL, '2026-11-29 06:25:11.386+00'),
	('alice', 62, 'read', '01a225fa-8e6f-7000-8000-059fc5c22fe5', NULL, false, NULL, '2026-11-29 06:25:11.393+00'),
	('alice', 63, 'read', '01a225fa-8e6a-7000-8000-0557735372a5', NULL, false, NULL, '2026-11-29 06:25:11.393+00'),
	('alice', 64, 'read', NULL, NULL, false, '{"at": "2026-11-29T06:25:11.396Z", "team_id": "sales"}', '2026-11-29 06:25:11.402+00'),
	('bob', 65, 'read', NULL, NULL, false, '{"at": "2026-11-29T06:25:11.399Z"}', '2026-11-29 06:25:11.402+00'),
	('bob', 66, 'deleted', NULL, NULL, false, '{"at": "2026-11-29T06:25:11.402Z"}', '2026-11-29 06:25:11.402+00'),
	('alice', 67, 'created', '01a225fa-ba8d-7000-8000-040080700895', '01a225fa-ba8d-7000-8000-00eb85e639f8', true, NULL, '2026-11-29 06:25:18.495+00'),
	('bob', 68, 'toast', NULL, '01a225fa-ba9a-7000-8000-032d616d8ed5', true, NULL, '2026-11-29 06:25:18.495+00'),
	('dave', 69, 'created', '01a225fa-ba8d-7000-8000-0a06d14fb7a9', '01a225fa-ba8d-7000-8000-00eb85e639f8', true, NULL, '2026-11-29 06:25:18.495+00');

INSERT INTO carillon.inbox_log_state VALUES
	(true, 0);

INSERT INTO carillon.inbox_totals VALUES
	('carol', 'ops', 2, 2),
	('carol', '', 3, 3),
	('user-10', '', 1, 1),
	('user-4', '', 1, 1),
	('user-8', '', 1, 1),
	('user-20', '', 1, 1),
	('user-18', '', 1, 1),
	('user-27', '', 1, 1),
	('user-13', '', 1, 1),
	('user-6', '', 1, 1),
	('user-9', '', 1, 1),
	('user-3', '', 1, 1),
	('user-19', '', 1, 1),
	('user-26', '', 1, 1),
	('user-25', '', 1, 1),
	('user-7', '', 1, 1),
	('user-17', '', 1, 1),
	('user-30', '', 1, 1),
	('user-24', '', 1, 1),
	('user-28', '', 1, 1),
	('user-1', '', 1, 1),
	('user-29', '', 1, 1),
	('user-23', '', 1, 1),
	('user-21', '', 1, 1),
	('user-5', '', 1, 1),
	('user-11', '', 1, 1),
	('user-2', '', 1, 1),
	('user-16', '', 1, 1),
	('user-14', '', 1, 1),
	('user-22', '', 1, 1),
	('user-15', '', 1, 1),
	('user-12', '', 1, 1),
	('alice', 'ops', 3, 5),
	('bob', 'sales', 0, 0),
	('bob', 'ops', 0, 0),
	('bob', '', 0, 0),
	('alice', 'sales', 0, 1),
	('alice', '', 6, 6),
	('dave', '', 1, 1);

INSERT INTO carillon.migrations VALUES
	(1, 1763899999000, 'Schema1763899999000'),
	(2, 1763900000000, 'Inbox1763900000000'),
	(3, 1763900001000, 'ApiKeys1763900001000'),
	(4, 1763900002000, 'Preferences1763900002000'),
	(5, 1763900003000, 'Webhooks1763900003000'),
	(6, 1763900004000, 'AttemptCounts1763900004000'),
	(7, 1763900005000, 'PreviousSecrets1763900005000'),
	(8, 1763900006000, 'Retention1763900006000'),
	(9, 1763900007000, 'DeliveryRoom1763900007000'),
	(10, 1763900008000, 'DeliveryKeys1763900008000'),
	(11, 1763900009000, 'LastAttempt1763900009000'),
	(12, 1763900010000, 'DeliveriesByKey1763900010000');

INSERT INTO carillon.notifications VALUES
	('alice', '01a225fa-8884-7000-8000-066cb63b9b79', '01a225fa-8884-7000-8000-0104806048dd', 'weekly_report', 'info', NULL, 'Week 47', NULL, NULL, NULL, NULL, NULL, '2026-11-29 06:25:05.668+00', NULL, NULL),
	('alice', '01a225fa-8e2f-7000-8000-047c8b310ac4', '01a225fa-8e2f-7000-8000-03f209628d8d', 'job_failed', 'error', NULL, 'Import 0 failed', 'A column is missing – « prix » 🙂', '/jobs/0', '{"job": 0, "nested": {"it''s": [1, null, "x\\y"]}}', 'job', '0', '2026-11-29 06:25:07.119+00', NULL, NULL),
	('carol', '01a225fa-8e2f-7000-8000-0facc41cf465', '01a225fa-8e2f-7000-8000-03f209628d8d', 'job_failed', 'error', NULL, 'Import 0 failed', 'A column is missing – « prix » 🙂', '/jobs/0', '{"job": 0, "nested": {"it''s": [1, null, "x\\y"]}}', 'job', '0', '2026-11-29 06:25:07.119+00', NULL, NULL),
	('alice', '01a225fa-8e34-7000-8000-05ca6de0f178', '01a225fa-8e34-7000-8000-0241c11a3e33', 'job_failed', 'error', 'ops', 'Import 1 failed', 'A column is missing – « prix » 🙂', '/jobs/1', '{"job": 1, "nested": {"it''s": [1, null, "x\\y"]}}', 'job', '1', '2026-11-29 06:25:07.124+00', NULL, NULL),
	('carol', '01a225fa-8e34-7000-8000-0ebed05d95a0', '01a225fa-8e34-7000-8000-0241c11a3e33', 'job_failed', 'error', 'ops', 'Import 1 failed', 'A column is missing – « prix » 🙂', '/jobs/1', '{"job": 1, "nested": {"it''s": [1, null, "x\\y"]}}', 'job', '1', '2026-11-29 06:25:07.124+00', NULL, NULL),
	('alice', '01a225fa-8e47-7000-8000-04e84859580b', '01a225fa-8e47-7000-8000-0332b2f3ca94', 'job_failed', 'error', NULL, 'Import 2 failed', 'A column is missing – « prix » 🙂', '/jobs/2', '{"job": 2, "nested": {"it''s": [1, null, "x\\y"]}}', 'job', '2', '2026-11-29 06:25:07.143+00', NULL, NULL),
	('carol', '01a225fa-8e47-7000-8000-0cadd4019626', '01a225fa-8e47-7000-8000-0332b2f3ca94', 'job_failed', 'error', NULL, 'Import 2 failed', 'A column is missing – « prix » 🙂', '/jobs/2', '{"job": 2, "nested": {"it''s": [1, null, "x\\y"]}}', 'job', '2', '2026-11-29 06:25:07.143+00', NULL, NULL),
	('alice', '01a225fa-8e54-7000-8000-06502f027250', '01a225fa-8e54-7000-8000-01ded60fb183', 'job_failed', 'error', 'ops', 'Import 3 failed', 'A column is missing – « prix » 🙂', '/jobs/3', '{"job": 3, "nested": {"it''s": [1, null, "x\\y"]}}', 'job', '3', '2026-11-29 06:25:07.156+00', NULL, NULL),
	('carol', '01a225fa-8e54-7000-8000-0def4721d0d9', '01a225fa-8e54-7000-8000-01ded60fb183', 'job_failed', 'error', 'ops', 'Import 3 failed', 'A column is missing – « prix » 🙂', '/jobs/3', '{"job": 3, "nested": {"it''s": [1, null, "x\\y"]}}', 'job', '3', '2026-11-29 06:25:07.156+00', NULL, NULL),
	('alice', '01a225fa-8e62-7000-8000-075c0220ed9e', '01a225fa-8e62-7000-8000-03d86aeaf5c9', 'job_failed', 'error', NULL, 'Import 4 failed', 'A column is missing – « prix » 🙂', '/jobs/4', '{"job": 4, "nested": {"it''s": [1, null, "x\\y"]}}', 'job', '4', '2026-11-29 06:25:07.17+00', NULL, NULL),
	('carol', '01a225fa-8e62-7000-8000-0c0bc9a7a558', '01a225fa-8e62-7000-8000-03d86aeaf5c9', 'job_failed', 'error', NULL, 'Import 4 failed', 'A column is missing – « prix » 🙂', '/jobs/4', '{"job": 4, "nested": {"it''s": [1, null, "x\\y"]}}', 'job', '4', '2026-11-29 06:25:07.17+00', NULL, NULL),
	('alice', '01a225fa-8e79-7000-8000-04daa6e86ad3', '01a225fa-8e79-7000-8000-011c4b681ab0', 'rule_executed', 'info', 'ops', 'Step 2 ran', NULL, NULL, NULL, NULL, NULL, '2026-11-29 06:25:07.193+00', NULL, NULL),
	('alice', '01a225fa-8e8f-7000-8000-050131dc5d01', '01a225fa-8e8f-7000-8000-01e14e87c7da', 'quota_warning', 'error', NULL, 'Storage is almost full', NULL, NULL, NULL, NULL, NULL, '2026-11-29 06:25:07.215+00', NULL, NULL),
	('user-1', '01a225fa-8e8f-7000-8000-08c9374fe898', '01a225fa-8e8f-7000-8000-01e14e87c7da', 'quota_warning', 'error', NULL, 'Storage is almost full', NULL, NULL, NULL, NULL, NULL, '2026-11-29 06:25:07.215+00', NULL, NULL),
	('user-2', '01a225fa-8e8f-7000-8000-0c9d555f76db', '01a225fa-8e8f-7000-8000-01e14e87c7da', 'quota_warning', 'error', NULL, 'Storage is almost full', NULL, NULL, NULL, NULL, NULL, '2026-11-29 06:25:07.215+00', NULL, NULL),
	('user-3', '01a225fa-8e8f-7000-8000-1086d094e472', '01a225fa-8e8f-7000-8000-01e14e87c7da', 'quota_warning', 'error', NULL, 'Storage is almost full', NULL, NULL, NULL, NULL, NULL, '2026-11-29 06:25:07.215+00', NULL, NULL),
	('user-4', '01a225fa-8e8f-7000-8000-15ed8822aa1a', '01a225fa-8e8f-7000-8000-01e14e87c7da', 'quota_warning', 'error', NULL, 'Storage is almost full', NULL, NULL, NULL, NULL, NULL, '2026-11-29 06:25:07.215+00', NULL, NULL),
	('user-5', '01a225fa-8e8f-7000-8000-1b552f5fd5d0', '01a225fa-8e8f-7000-8000-01e14e87c7da', 'quota_warning', 'error', NULL, 'Storage is almost full', NULL, NULL, NULL, NULL, NULL, '2026-11-29 06:25:07.215+00', NULL, NULL),
	('user-6', '01a225fa-8e8f-7000-8000-1e4a09d4d3ae', '01a225fa-8e8f-7000-8000-01e14e87c7da', 'quota_warning', 'error', NULL, 'Storage is almost full', NULL, NULL, NULL, NULL, NULL, '2026-11-29 06:25:07.215+00', NULL, NULL),
	('user-7', '01a225fa-8e8f-7000-8000-2263d0accf91', '01a225fa-8e8f-7000-8000-01e14e87c7da', 'quota_warning', 'error', NULL, 'Storage is almost full', NULL, NULL, NULL, NULL, NULL, '2026-11-29 06:25:07.215+00', NULL, NULL),
	('user-8', '01a225fa-8e8f-7000-8000-258fcc00193e', '01a225fa-8e8f-7000-8000-01e14e87c7da', 'quota_warning', 'error', NULL, 'Storage is almost full', NULL, NULL, NULL, NULL, NULL, '2026-11-29 06:25:07.215+00', NULL, NULL),
	('user-9', '01a225fa-8e8f-7000-8000-28d4fe3f7d5b', '01a225fa-8e8f-7000-8000-01e14e87c7da', 'quota_warning', 'error', NULL, 'Storage is almost full', NULL, NULL, NULL, NULL, NULL, '2026-11-29 06:25:07.215+00', NULL, NULL),
	('user-10', '01a225fa-8e8f-7000-8000-2d1c48ff6f78', '01a225fa-8e8f-7000-8000-01e14e87c7da', 'quota_warning', 'error', NULL, 'Storage is almost full', NULL, NULL, NULL, NULL, NULL, '2026-11-29 06:25:07.215+00', NULL, NULL),
	('user-11', '01a225fa-8e8f-7000-8000-33bff30a7350', '01a225fa-8e8f-7000-8000-01e14e87c7da', 'quota_warning', 'error', NULL, 'Storage is almost full', NULL, NULL, NULL, NULL, NULL, '2026-11-29 06:25:07.215+00', NULL, NULL),
	('user-12', '01a225fa-8e8f-7000-8000-371dce942763', '01a225fa-8e8f-7000-8000-01e14e87c7da', 'quota_warning', 'error', NULL, 'Storage is almost full', NULL, NULL, NULL, NULL, NULL, '2026-11-29 06:25:07.215+00', NULL, NULL),
	('user-13', '01a225fa-8e8f-7000-8000-38704485aed5', '01a225fa-8e8f-7000-8000-01e14e87c7da', 'quota_warning', 'error', NULL, 'Storage is almost full', NULL, NULL, NULL, NULL, NULL, '2026-11-29 06:25:07.215+00', NULL, NULL),
	('user-14', '01a225fa-8e8f-7000-8000-3dfd1e77b015', '01a225fa-8e8f-7000-8000-01e14e87c7da', 'quota_warning', 'error', NULL, 'Storage is almost full', NULL, NULL, NULL, NULL, NULL, '2026-11-29 06:25:07.215+00', NULL, NULL),
	('user-15', '01a225fa-8e8f-7000-8000-4309010b5c54', '01a225fa-8e8f-7000-8000-01e14e87c7da', 'quota_warning', 'error', NULL, 'Storage is almost full', NULL, NULL, NULL, NULL, NULL, '2026-11-29 06:25:07.215+00', NULL, NULL),
	('user-16', '01a225fa-8e8f-7000-8000-4578706031ba', '01a225fa-8e8f-7000-8000-01e14e87c7da', 'quota_warning', 'error', NULL, 'Storage is almost full', NULL, NULL, NULL, NULL, NULL, '2026-11-29 06:25:07.215+00', NULL, NULL),
	('user-17', '01a225fa-8e8f-7000-8000-4a30bed55d43', '01a225fa-8e8f-7000-8000-01e14e87c7da', 'quota_warning', 'error', NULL, 'Storage is almost full', NULL, NULL, NULL, NULL, NULL, '2026-11-29 06:25:07.215+00', NULL, NULL),
	('user-18', '01a225fa-8e8f-7000-8000-4e0eb8e02d49', '01a225fa-8e8f-7000-8000-01e14e87c7da', 'quota_warning', 'error', NULL, 'Storage is almost full', NULL, NULL, NULL, NULL, NULL, '2026-11-29 06:25:07.215+00', NULL, NULL),
	('user-19', '01a225fa-8e8f-7000-8000-51afa2483ee6', '01a225fa-8e8f-7000-8000-01e14e87c7da', 'quota_warning', 'error', NULL, 'Storage is almost full', NULL, NULL, NULL, NULL, NULL, '2026-11-29 06:25:07.215+00', NULL, NULL),
	('user-20', '01a225fa-8e8f-7000-8000-56adb8d95002', '01a225fa-8e8f-7000-8000-01e14e87c7da', 'quota_warning', 'error', NULL, 'Storage is almost full', NULL, NULL, NULL, NULL, NULL, '2026-11-29 06:25:07.215+00', NULL, NULL),
	('user-21', '01a225fa-8e8f-7000-8000-59b3cb97dab2', '01a225fa-8e8f-7000-8000-01e14e87c7da', 'quota_warning', 'error', NULL, 'Storage is almost full', NULL, NULL, NULL, NULL, NULL, '2026-11-29 06:25:07.215+00', NULL, NULL),
	('user-22', '01a225fa-8e8f-7000-8000-5c7a07d00013', '01a225fa-8e8f-7000-8000-01e14e87c7da', 'quota_warning', 'error', NULL, 'Storage is almost full', NULL, NULL, NULL, NULL, NULL, '2026-11-29 06:25:07.215+00', NULL, NULL),
	('user-23', '01a225fa-8e8f-7000-8000-6165b531c017', '01a225fa-8e8f-7000-8000-01e14e87c7da', 'quota_warning', 'error', NULL, 'Storage is almost full', NULL, NULL, NULL, NULL, NULL, '2026-11-29 06:25:07.215+00', NULL, NULL),
	('user-24', '01a225fa-8e8f-7000-8000-6566772eb91c', '01a225fa-8e8f-7000-8000-01e14e87c7da', 'quota_warning', 'error', NULL, 'Storage is almost full', NULL, NULL, NULL, NULL, NULL, '2026-11-29 06:25:07.215+00', NULL, NULL),
	('user-25', '01a225fa-8e8f-7000-8000-68f29cbe4d27', '01a225fa-8e8f-7000-8000-01e14e87c7da', 'quota_warning', 'error', NULL, 'Storage is almost full', NULL, NULL, NULL, NULL, NULL, '2026-11-29 06:25:07.215+00', NULL, NULL),
	('user-26', '01a225fa-8e8f-7000-8000-6dbe5c77b6dd', '01a225fa-8e8f-7000-8000-01e14e87c7da', 'quota_warning', 'error', NULL, 'Storage is almost full', NULL, NULL, NULL, NULL, NULL, '2026-11-29 06:25:07.215+00', NULL, NULL),
	('user-27', '01a225fa-8e8f-7000-8000-7365d1a8f8fe', '01a225fa-8e8f-7000-8000-01e14e87c7da', 'quota_warning', 'error', NULL, 'Storage is almost full', NULL, NULL, NULL, NULL, NULL, '2026-11-29 06:25:07.215+00', NULL, NULL),
	('user-28', '01a225fa-8e8f-7000-8000-75c846f5c800', '01a225fa-8e8f-7000-8000-01e14e87c7da', 'quota_warning', 'error', NULL, 'Storage is almost full', NULL, NULL, NULL, NULL, NULL, '2026-11-29 06:25:07.215+00', NULL, NULL),
	('user-29', '01a225fa-8e8f-7000-8000-78b6dafad08b', '01a225fa-8e8f-7000-8000-01e14e87c7da', 'quota_warning', 'error', NULL, 'Storage is almost full', NULL, NULL, NULL, NULL, NULL, '2026-11-29 06:25:07.215+00', NULL, NULL),
	('user-30', '01a225fa-8e8f-7000-8000-7cd1f3eecb7f', '01a225fa-8e8f-7000-8000-01e14e87c7da', 'quota_warning', 'error', NULL, 'Storage is almost full', NULL, NULL, NULL, NULL, NULL, '2026-11-29 06:25:07.215+00', NULL, NULL),
	('alice', '01a225fa-8e85-7000-8000-063a66cf91db', '01a225fa-8e85-7000-8000-006da883c637', 'rule_executed', 'info', 'sales', 'Step 4 ran', NULL, NULL, NULL, NULL, NULL, '2026-11-29 06:25:07.205+00', NULL, '2026-11-29 06:25:11.377+00'),
	('alice', '01a225fa-8e6f-7000-8000-059fc5c22fe5', '01a225fa-8e6f-7000-8000-03a2e2ac1b8f', 'job_completed', 'success', 'ops', 'Step 1 ran', NULL, NULL, NULL, NULL, NULL, '2026-11-29 06:25:07.183+00', '2026-11-29 06:25:11.388+00', NULL),
	('alice', '01a225fa-8e6a-7000-8000-0557735372a5', '01a225fa-8e6a-7000-8000-003bea598757', 'rule_executed', 'info', 'ops', 'Step 0 ran', NULL, NULL, NULL, NULL, NULL, '2026-11-29 06:25:07.178+00', '2026-11-29 06:25:11.392+00', NULL),
	('alice', '01a225fa-8e88-7000-8000-04665c8fe353', '01a225fa-8e88-7000-8000-012fa38aeea8', 'job_completed', 'success', 'sales', 'Step 5 ran', NULL, NULL, NULL, NULL, NULL, '2026-11-29 06:25:07.208+00', '2026-11-29 06:25:11.396+00', NULL),
	('bob', '01a225fa-8884-7000-8000-0bf9be9745a4', '01a225fa-8884-7000-8000-0104806048dd', 'weekly_report', 'info', NULL, 'Week 47', NULL, NULL, NULL, NULL, NULL, '2026-11-29 06:25:05.668+00', '2026-11-29 06:25:11.399+00', '2026-11-29 06:25:11.402+00'),
	('bob', '01a225fa-8e6f-7000-8000-0bd6e36ba15a', '01a225fa-8e6f-7000-8000-03a2e2ac1b8f', 'job_completed', 'success', 'ops', 'Step 1 ran', NULL, NULL, NULL, NULL, NULL, '2026-11-29 06:25:07.183+00', '2026-11-29 06:25:11.399+00', '2026-11-29 06:25:11.402+00'),
	('bob', '01a225fa-8e80-7000-8000-09eb407c6652', '01a225fa-8e80-7000-8000-02db733fe2b9', 'job_completed', 'success', 'sales', 'Step 3 ran', NULL, NULL, NULL, NULL, NULL, '2026-11-29 06:25:07.2+00', '2026-11-29 06:25:11.399+00', '2026-11-29 06:25:11.402+00'),
	('bob', '01a225fa-8e88-7000-8000-098b741d6156', '01a225fa-8e88-7000-8000-012fa38aeea8', 'job_completed', 'success', 'sales', 'Step 5 ran', NULL, NULL, NULL, NULL, NULL, '2026-11-29 06:25:07.208+00', '2026-11-29 06:25:11.399+00', '2026-11-29 06:25:11.402+00'),
	('alice', '01a225fa-ba8d-7000-8000-040080700895', '01a225fa-ba8d-7000-8000-00eb85e639f8', 'job_failed', 'error', NULL, 'The nightly import failed', NULL, NULL, '{"run": 17}', NULL, NULL, '2026-11-29 06:25:18.477+00', NULL, NULL),
	('dave', '01a225fa-ba8d-7000-8000-0a06d14fb7a9', '01a225fa-ba8d-7000-8000-00eb85e639f8', 'job_failed', 'error', NULL, 'The nightly import failed', NULL, NULL, '{"run": 17}', NULL, NULL, '2026-11-29 06:25:18.477+00', NULL, NULL),
	('alice', '01a225fa-c07f-7000-8000-06cfdee35a3a', '01a225fa-c07f-7000-8000-020745ce5c9d', 'job_completed', 'success', NULL, 'Committed, and not announced', NULL, NULL, NULL, NULL, NULL, '2026-11-29 06:25:19.999+00', NULL, NULL),
	('bob', '01a225fa-c07f-7000-8000-08d0a0165a69', '01a225fa-c07f-7000-8000-020745ce5c9d', 'job_completed', 'success', NULL, 'Committed, and not announced', NULL, NULL, NULL, NULL, NULL, '2026-11-29 06:25:19.999+00', NULL, NULL);

INSERT INTO carillon.preferences VALUES
	('alice', 'job_completed', NULL, false, NULL, '2026-11-29 06:25:07.108+00'),
	('alice', 'rule_executed', true, NULL, false, '2026-11-29 06:25:07.108+00'),
	('bob', 'job_failed', false, true, NULL, '2026-11-29 06:25:07.113+00'),
	('bob', 'quota_warning', NULL, NULL, false, '2026-11-29 06:25:07.113+00'),
	('bob', 'weekly_report', false, NULL, NULL, '2026-11-29 06:25:07.113+00'),
	('carol', 'job_failed', true, true, true, '2026-11-29 06:25:07.115+00');

INSERT INTO carillon.webhook_endpoints VALUES
	('carol', '01a225fa-8e17-7000-8000-01c998436d80', 'off', 'discord', '{job.failed}', 'v1.625479f8.GSnvYpbDGB8Hx1Ydt6lpM8s25tJ0anFZ4AAYX88K312pQcZh3ujz5zdiAzNdzEki5ZyobyeR8hvixG1uPPClg62552If05o67A', NULL, NULL, '2026-11-29 06:25:07.095+00', '2026-11-29 06:25:07.103+00', '2026-11-29 06:25:07.103+00', 'disabled by its owner', NULL, 0, NULL, NULL, '[]'),
	('carol', '01a225fa-8e13-7000-8000-0281395c87dc', 'gone', 'generic', '{*}', 'v1.625479f8.v1_XVipsMJHVKtOIKfBJglmJ8JDw0vr09KoW1P0kIrJv44LP-DxnYczrnCdskZWdrYbTodpNAw', NULL, 'v1.625479f8.3DuLG4TQk0DaC-a5I0emaAHvtYYnQ9kRcHrxBhVp0OSdWEmzo0sENwYgohhw3tfI72RpW9PIiPYm40hRj8JQ4m623BB7YlEG_dcEk7Wk', '2026-11-29 06:25:07.091+00', '2026-11-29 06:25:07.091+00', NULL, NULL, NULL, 0, NULL, '2026-11-29 06:25:07.22+00', '[]'),
	('alice', '01a225fa-8dfe-7000-8000-02c3c676d106', 'archive', 'generic', '{*}', 'v1.625479f8.U88bRJEjq7krm00a4J70IH6omLhIoxO-OUmgl6mLIUUgO8ecHqkvLkl-7skf7F7rNq_Ooz7T', NULL, 'v1.625479f8.nQCYcrZwHObObO4tCEcuLz5i0fnHMnNNuT2a0JzmRhDgVOsV9gLLrM9UUnmd7xADcJaRokWrMhWW6tgpDVYa7QXT7PDvfUumfA0_FM0u', '2026-11-29 06:25:07.07+00', '2026-11-29 06:25:11.414+00', NULL, NULL, '2026-11-29 06:25:18.632+00', 2, NULL, NULL, '[{"box": "v1.625479f8.d0BAt0zvyFWymTJcQcnMSoBKxKcaNZ4zx59mdcTXtExoQ0Mid10mvkuCy0RERYDzUHA-w0yCPJqDPZ25gXnFPKmjIjUJ1y8Vm3JHNIhv", "until": "2026-11-30T06:25:11.410Z"}, {"box": "v1.625479f8.9gMdE9ufi9AX3HPaiWq_WoNQ_oMIoRAgIO-Snv-fRMR-eG1RoyoGalC6K0nYFDD8_F3xoCy6IXb54pNi2OJ3RvFGpmNps9SRM4Geohem", "until": "2026-11-30T06:25:11.407Z"}]'),
	('bob', '01a225fa-8e0e-7000-8000-026cb7d5bc9a', 'phone', 'ntfy', '{*}', 'v1.625479f8.9Im07YcdW1XNBAfh5RXKf3JEfXgihGI6LZoGzbHEGY4L2ZOIedRLhj0B1SPhU4odSSAh9w', 'v1.625479f8.7f1yHmqYrI_EVRHqRVTFKi7J1HY3UwZB1HFCIlHm97cryfnY6BDZcSJ_voQ1c7_lsg', NULL, '2026-11-29 06:25:07.086+00', '2026-11-29 06:25:11.417+00', NULL, NULL, '2026-11-29 06:25:18.632+00', 2, NULL, NULL, '[]'),
	('alice', '01a225fa-8e08-7000-8000-02bd2d95b42a', 'alerts', 'generic', '{integrity.failed}', 'v1.625479f8.vbm2D9y4MQlAzHIJAVsQ2Iq68r4Wz9oqR7KxZ0rjYQmr9fIibIsp1Dl5eZzPng2QsdO2R_XGPRow', NULL, 'v1.625479f8.oBX_jXYcqnoS0voOXYHsyci_l4YYXl3dbGuSdP8N3jJMqGX8oQc6L0MwiAslJCZ0hJPTiNZcQA1xwMyeZQvsBw7ZrCgEeLjBX-Hq9ZOD', '2026-11-29 06:25:07.08+00', '2026-11-29 06:25:10.865+00', NULL, NULL, NULL, 0, NULL, NULL, '[]');

SELECT pg_catalog.setval('carillon.delivery_attempts_id_seq', 11, true);

SELECT pg_catalog.setval('carillon.inbox_changes_id_seq', 75, true);

SELECT pg_catalog.setval('carillon.inbox_log_seq', 69, true);

SELECT pg_catalog.setval('carillon.migrations_id_seq', 12, true);

ALTER TABLE ONLY carillon.migrations
    ADD CONSTRAINT "PK_8c82d7f526340ab734260ea46be" PRIMARY KEY (id);

ALTER TABLE ONLY carillon.api_keys
    ADD CONSTRAINT api_keys_hash_key UNIQUE (hash);

ALTER TABLE ONLY carillon.api_keys
    ADD CONSTRAINT api_keys_pkey PRIMARY KEY (id);

ALTER TABLE ONLY carillon.deliveries
    ADD CONSTRAINT deliveries_pkey PRIMARY KEY (user_id, endpoint_id, id);

ALTER TABLE ONLY carillon.delivery_attempts
    ADD CONSTRAINT delivery_attempts_pkey PRIMARY KEY (user_id, delivery_id, id);

ALTER TABLE ONLY carillon.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (id);

ALTER TABLE ONLY carillon.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (api_key_id, key);

ALTER TABLE ONLY carillon.inbox_changes
    ADD CONSTRAINT inbox_changes_pkey PRIMARY KEY (user_id, id);

ALTER TABLE ONLY carillon.inbox_log
    ADD CONSTRAINT inbox_log_pkey PRIMARY KEY (user_id, seq);

ALTER TABLE ONLY carillon.inbox_log_state
    ADD CONSTRAINT inbox_log_state_pkey PRIMARY KEY (id);

ALTER TABLE ONLY carillon.inbox_totals
    ADD CONSTRAINT inbox_totals_pkey PRIMARY KEY (user_id, team_id);

ALTER TABLE ONLY carillon.notifications
    ADD CONSTRAINT notifications_pkey PRIMARY KEY (user_id, id);

ALTER TABLE ONLY carillon.preferences
    ADD CONSTRAINT preferences_pkey PRIMARY KEY (user_id, type);

ALTER TABLE ONLY carillon.webhook_endpoints
    ADD CONSTRAINT webhook_endpoints_pkey PRIMARY KEY (user_id, id);

CREATE INDEX deliveries_pending ON carillon.deliveries USING btree (endpoint_id, next_attempt_at) WHERE (status = 'pending'::text);

CREATE INDEX deliveries_unsent ON carillon.deliveries USING btree ((
CASE
    WHEN (status = 'pending'::text) THEN event_id
    ELSE NULL::uuid
END)) WHERE (
CASE
    WHEN (status = 'pending'::text) THEN event_id
    ELSE NULL::uuid
END IS NOT NULL);

CREATE INDEX events_created ON carillon.events USING btree (created_at);

CREATE INDEX idempotency_keys_created ON carillon.idempotency_keys USING btree (created_at);

CREATE INDEX inbox_log_order ON carillon.inbox_log USING btree (seq);

CREATE INDEX notifications_expiry ON carillon.notifications USING btree (deleted_at) WHERE (deleted_at IS NOT NULL);

CREATE INDEX notifications_live ON carillon.notifications USING btree (user_id, id) WHERE (deleted_at IS NULL);

CREATE INDEX notifications_team ON carillon.notifications USING btree (user_id, team_id, id) WHERE ((team_id IS NOT NULL) AND (deleted_at IS NULL));

CREATE INDEX notifications_trash ON carillon.notifications USING btree (user_id, id) WHERE (deleted_at IS NOT NULL);

CREATE INDEX notifications_unread ON carillon.notifications USING btree (user_id, id) WHERE ((read_at IS NULL) AND (deleted_at IS NULL));
