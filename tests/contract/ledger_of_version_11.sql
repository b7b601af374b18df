-- What a fleet of robin 0.1.0 left in PostgreSQL (schema version 11), by pg_dump --inserts: blocks of 7000 positions, robin submit
-- --strategy exhaustive --begin 2 --end 30000, and --strategy colossally-abundant --begin 2 --end 1050000.
SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public;
COMMENT ON EXTENSION btree_gist IS 'support for indexing common datatypes in GiST';
CREATE FUNCTION public.fold_tallies() RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF pg_try_advisory_xact_lock(hashtext('robin tallies')) THEN
    WITH gone AS (DELETE FROM tallies RETURNING *)
    INSERT INTO tallies (search_id, state, blocks, positions, candidates)
      SELECT search_id, state, sum(blocks), sum(positions), sum(candidates) FROM gone GROUP BY search_id, state
      HAVING sum(blocks) <> 0;
    WITH gone AS (DELETE FROM paces WHERE NOT is_sum AND at < now() - interval '20 s' RETURNING *)
    INSERT INTO paces (search_id, at, blocks, candidates, is_sum)
      SELECT search_id, at, sum(blocks), sum(candidates), true FROM gone GROUP BY search_id, at;
    DELETE FROM paces WHERE is_sum AND at < now() - interval '31 days';
  END IF;
END $$;
CREATE FUNCTION public.pace_begin(moment timestamp with time zone) RETURNS timestamp with time zone
    LANGUAGE sql STABLE
    AS $$SELECT to_timestamp(10 * floor(extract(epoch FROM moment) / 10))$$;
CREATE FUNCTION public.refuse_overlap(ids bigint[], begins numeric[], ends numeric[]) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
  PERFORM FROM searches WHERE id = ANY (ids) ORDER BY id FOR UPDATE;
  IF EXISTS (
    SELECT FROM (
        SELECT search_id, min(begin_at) AS least, max(end_at) AS greatest
          FROM unnest(ids, begins, ends) AS n (search_id, begin_at, end_at) GROUP BY search_id) span,
      LATERAL (
        SELECT end_at > lead(begin_at) OVER (ORDER BY begin_at) AS overlaps FROM (
          (SELECT b.begin_at, b.end_at FROM blocks b WHERE b.search_id = span.search_id AND b.begin_at < span.least
            ORDER BY b.begin_at DESC LIMIT 1)
          UNION ALL
          (SELECT b.begin_at, b.end_at FROM blocks b WHERE b.search_id = span.search_id AND b.begin_at >= span.least
            AND b.begin_at < span.greatest)) AS around) AS pairs
      WHERE pairs.overlaps)
  THEN
    RAISE EXCEPTION 'blocks of one search overlap' USING ERRCODE = 'exclusion_violation';
  END IF;
END $$;
CREATE FUNCTION public.refuse_overlap_of_moved() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
  PERFORM refuse_overlap(ARRAY[NEW.search_id], ARRAY[NEW.begin_at], ARRAY[NEW.end_at]);
  RETURN NULL;
END $$;
CREATE FUNCTION public.refuse_overlap_of_new() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
  PERFORM refuse_overlap(array_agg(search_id), array_agg(begin_at), array_agg(end_at)) FROM after_it;
  RETURN NULL;
END $$;
CREATE FUNCTION public.retry_blocks(ids bigint[], states text[]) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
  of_blocks bigint;
  of_orders bigint;
BEGIN
  UPDATE blocks SET state = 'PENDING', attempts_before = attempt, attempt = attempt + 1, error = NULL
    WHERE state IN ('FAILED', 'QUARANTINED') AND (id = ANY (ids) OR (ids = '{}' AND state = ANY (states)));
  GET DIAGNOSTICS of_blocks = ROW_COUNT;
  UPDATE orders SET state = 'PENDING', attempts_before = attempt, attempt = attempt + 1, error = NULL
    WHERE state IN ('FAILED', 'QUARANTINED') AND closed_at IS NULL
    AND (block_id = ANY (ids) OR (ids = '{}' AND state = ANY (states)));
  GET DIAGNOSTICS of_orders = ROW_COUNT;
  RETURN of_blocks + of_orders;
END $$;
CREATE FUNCTION public.split_block(block bigint, cut numeric) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
  whole blocks%ROWTYPE;
  rest bigint;
BEGIN
  SELECT * INTO whole FROM blocks WHERE id = block AND begin_at < cut AND cut < end_at
    AND state IN ('PENDING', 'QUEUED', 'RUNNING') FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'block % cannot be split at %', block, cut;
  END IF;
  UPDATE blocks SET end_at = cut WHERE id = block;
  INSERT INTO blocks (search_id, begin_at, end_at) VALUES (whole.search_id, cut, whole.end_at) RETURNING id INTO rest;
  RETURN rest;
END $$;
CREATE FUNCTION public.tally_blocks() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
  newest bigint;
  added  bigint;
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO tallies (search_id, state, blocks, positions, candidates)
      SELECT search_id, state, count(*), sum(end_at - begin_at), 0 FROM after_it GROUP BY search_id, state;
  ELSE
    WITH
      tallied AS (
        INSERT INTO tallies (search_id, state, blocks, positions, candidates)
          SELECT search_id, state, sum(sign), sum(sign * positions), sum(sign * candidates) FROM (
            SELECT search_id, state, 1 AS sign, end_at - begin_at AS positions,
                CASE WHEN state = 'FINISHED' THEN (SELECT r.candidates FROM results r
                  WHERE r.block_id = n.id AND r.purpose = n.accepted_purpose AND r.run = n.accepted_run) ELSE 0 END AS candidates
              FROM after_it n
            UNION ALL
            SELECT search_id, state, -1, end_at - begin_at,
                CASE WHEN state = 'FINISHED' THEN (SELECT r.candidates FROM results r
                  WHERE r.block_id = o.id AND r.purpose = o.accepted_purpose AND r.run = o.accepted_run) ELSE 0 END
              FROM before_it o) changed
          GROUP BY search_id, state
          HAVING (sum(sign), sum(sign * positions), sum(sign * candidates)) <> (0, 0, 0)
          RETURNING search_id, state, blocks, candidates),
      paced AS (
        INSERT INTO paces (search_id, at, blocks, candidates)
          SELECT search_id, pace_begin(now()), blocks, candidates FROM tallied WHERE state = 'FINISHED' AND blocks > 0)
    SELECT count(*) INTO added FROM tallied;
    IF added > 0 THEN
      newest := lastval();
      IF newest / 500 <> (newest - added) / 500 THEN
        PERFORM fold_tallies();
      END IF;
    END IF;
  END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION public.utc_text(at timestamp with time zone) RETURNS text
    LANGUAGE sql STABLE
    AS $$ SELECT coalesce(to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), '') $$;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.audits (
    search_id bigint NOT NULL,
    begin_at numeric(39,0) NOT NULL,
    end_at numeric(39,0) NOT NULL,
    block_id bigint NOT NULL,
    purpose text NOT NULL,
    run integer NOT NULL,
    state text NOT NULL,
    audited_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.blocks (
    id bigint NOT NULL,
    search_id bigint NOT NULL,
    begin_at numeric(39,0) NOT NULL,
    end_at numeric(39,0) NOT NULL,
    state text DEFAULT 'PENDING'::text NOT NULL,
    attempt integer DEFAULT 1 NOT NULL,
    run integer DEFAULT 1 NOT NULL,
    accepted_purpose text,
    accepted_run integer,
    worker text,
    error text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    queued_at timestamp with time zone,
    started_at timestamp with time zone,
    heard_at timestamp with time zone,
    finished_at timestamp with time zone,
    attempts_before integer DEFAULT 0 NOT NULL,
    CONSTRAINT blocks_attempt_check CHECK ((attempt >= 1)),
    CONSTRAINT blocks_check CHECK ((begin_at < end_at)),
    CONSTRAINT blocks_check1 CHECK (((state = ANY (ARRAY['FINISHED'::text, 'DISPUTED'::text])) = (accepted_run IS NOT NULL))),
    CONSTRAINT blocks_check2 CHECK (((accepted_purpose IS NULL) = (accepted_run IS NULL))),
    CONSTRAINT blocks_run_check CHECK ((run >= 1)),
    CONSTRAINT blocks_state_check CHECK ((state = ANY (ARRAY['PENDING'::text, 'QUEUED'::text, 'RUNNING'::text, 'FINISHED'::text, 'FAILED'::text, 'QUARANTINED'::text, 'DISPUTED'::text])))
);
ALTER TABLE public.blocks ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.blocks_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.conflicts (
    block_id bigint NOT NULL,
    purpose text NOT NULL,
    run integer NOT NULL,
    attempt integer NOT NULL,
    worker text NOT NULL,
    candidates numeric(39,0) NOT NULL,
    digest text NOT NULL,
    received_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.control (
    id integer NOT NULL,
    state text DEFAULT 'WRITABLE'::text NOT NULL,
    epoch bigint DEFAULT 0 NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT control_id_check CHECK ((id = 1)),
    CONSTRAINT control_state_check CHECK ((state = ANY (ARRAY['WRITABLE'::text, 'DRAINING'::text, 'DRAINED'::text])))
);
CREATE TABLE public.events (
    id bigint NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    kind text NOT NULL,
    search_id bigint,
    block_id bigint,
    message text NOT NULL,
    once text
);
ALTER TABLE public.events ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.failures (
    block_id bigint NOT NULL,
    attempt integer NOT NULL,
    worker text NOT NULL,
    error_class text NOT NULL,
    message text NOT NULL,
    failed_at timestamp with time zone DEFAULT now() NOT NULL,
    purpose text DEFAULT 'search'::text NOT NULL,
    run integer DEFAULT 1 NOT NULL
);
CREATE TABLE public.findings (
    block_id bigint NOT NULL,
    purpose text NOT NULL,
    run integer NOT NULL,
    kind text NOT NULL,
    ordinal integer NOT NULL,
    factorization text NOT NULL,
    ratio_lo text NOT NULL,
    ratio_hi text NOT NULL,
    ratio double precision NOT NULL,
    search_id bigint NOT NULL,
    CONSTRAINT findings_kind_check CHECK ((kind = ANY (ARRAY['violation'::text, 'witness'::text, 'undecided'::text, 'best'::text])))
);
CREATE TABLE public.leaders (
    role text NOT NULL,
    epoch bigint DEFAULT 0 NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT leaders_role_check CHECK ((role = ANY (ARRAY['auditor'::text, 'janitor'::text])))
);
CREATE TABLE public.objections (
    search_id bigint NOT NULL,
    reason text NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.orders (
    block_id bigint NOT NULL,
    purpose text NOT NULL,
    run integer DEFAULT 1 NOT NULL,
    search_id bigint NOT NULL,
    state text DEFAULT 'PENDING'::text NOT NULL,
    attempt integer DEFAULT 1 NOT NULL,
    avoid text DEFAULT '[]'::text NOT NULL,
    origin text DEFAULT '{}'::text NOT NULL,
    same_worker boolean DEFAULT false NOT NULL,
    worker text,
    error text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    queued_at timestamp with time zone,
    started_at timestamp with time zone,
    heard_at timestamp with time zone,
    finished_at timestamp with time zone,
    closed_at timestamp with time zone,
    attempts_before integer DEFAULT 0 NOT NULL,
    CONSTRAINT orders_attempt_check CHECK ((attempt >= 1)),
    CONSTRAINT orders_purpose_check CHECK ((purpose ~ '^(check|refine):[1-9][0-9]*$'::text)),
    CONSTRAINT orders_run_check CHECK ((run >= 1)),
    CONSTRAINT orders_state_check CHECK ((state = ANY (ARRAY['PENDING'::text, 'QUEUED'::text, 'RUNNING'::text, 'FINISHED'::text, 'FAILED'::text, 'QUARANTINED'::text])))
);
CREATE TABLE public.paces (
    search_id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    blocks bigint NOT NULL,
    candidates numeric NOT NULL,
    is_sum boolean DEFAULT false NOT NULL
);
CREATE TABLE public.parts (
    block_id bigint NOT NULL,
    purpose text NOT NULL,
    run integer NOT NULL,
    digest_of_whole text NOT NULL,
    part integer NOT NULL,
    parts integer NOT NULL,
    body text NOT NULL,
    received_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.queue_samples (
    queue text NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    ready bigint NOT NULL,
    unacked bigint NOT NULL
);
CREATE TABLE public.results (
    block_id bigint NOT NULL,
    purpose text NOT NULL,
    run integer NOT NULL,
    attempt integer NOT NULL,
    worker text NOT NULL,
    begin_at numeric(39,0) NOT NULL,
    end_at numeric(39,0) NOT NULL,
    candidates numeric(39,0) NOT NULL,
    digest text NOT NULL,
    extras text NOT NULL,
    elapsed_seconds double precision NOT NULL,
    received_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT results_digest_check CHECK ((length(digest) = 64))
);
CREATE TABLE public.schema_migrations (
    version integer NOT NULL,
    name text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE public.searches (
    id bigint NOT NULL,
    strategy text NOT NULL,
    begin_at numeric(39,0) NOT NULL,
    end_at numeric(39,0) NOT NULL,
    planned_end numeric(39,0) NOT NULL,
    mode text NOT NULL,
    threshold text NOT NULL,
    digest_kind text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    origin text DEFAULT '{}'::text NOT NULL,
    CONSTRAINT searches_begin_at_check CHECK ((begin_at >= (0)::numeric)),
    CONSTRAINT searches_check CHECK (((begin_at < end_at) AND (begin_at <= planned_end) AND (planned_end <= end_at))),
    CONSTRAINT searches_digest_kind_check CHECK ((digest_kind = ANY (ARRAY['exact'::text, 'original'::text]))),
    CONSTRAINT searches_mode_check CHECK ((mode = ANY (ARRAY['complete'::text, 'pruned'::text, 'exact'::text])))
);
ALTER TABLE public.searches ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.searches_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.tallies (
    id bigint NOT NULL,
    search_id bigint NOT NULL,
    state text NOT NULL,
    blocks bigint NOT NULL,
    positions numeric NOT NULL,
    candidates numeric NOT NULL
);
ALTER TABLE public.tallies ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.tallies_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.workers (
    name text NOT NULL,
    first_at timestamp with time zone DEFAULT now() NOT NULL,
    heard_at timestamp with time zone DEFAULT now() NOT NULL
);
INSERT INTO public.audits VALUES (1, 2, 7002, 1, 'search', 1, '{}', '2026-12-01 18:36:45.499434+00');
INSERT INTO public.audits VALUES (1, 7002, 14002, 2, 'search', 1, '{}', '2026-12-01 18:36:45.499434+00');
INSERT INTO public.audits VALUES (1, 14002, 21002, 3, 'search', 1, '{}', '2026-12-01 18:36:45.499434+00');
INSERT INTO public.audits VALUES (1, 21002, 28002, 4, 'search', 1, '{}', '2026-12-01 18:36:45.499434+00');
INSERT INTO public.audits VALUES (1, 28002, 30000, 5, 'search', 1, '{}', '2026-12-01 18:36:45.499434+00');
INSERT INTO public.audits VALUES (2, 2, 1048576, 6, 'search', 1, '{"block_margin":"0.0000559730116030073201381808","block_margin_at":"1048573","blocks":"1","log_n":"1048860.00419824387044219","margin":"4434638859695867382229961 1048573","position":"1048576","primes":"82025 41162256126","steps":"82340","sums":"19348052066594930545024772 19348052066594930545148586 254037067745621136629194932947 254037067745621136629198083000"}', '2026-12-01 18:36:46.619949+00');
INSERT INTO public.audits VALUES (2, 1048576, 1050000, 7, 'search', 1, '{"block_margin":"0.0000558936828136102969623137","block_margin_at":"1049088","blocks":"2","log_n":"1050371.13961138323104095","margin":"4428353785477460180403249 1049088","position":"1050000","primes":"82134 41276629127","steps":"82449","sums":"19375927594821831680047321 19375927594821833912756556 254045297917856643205818338563 254045297917856673281435521622"}', '2026-12-01 18:36:46.619949+00');
INSERT INTO public.blocks OVERRIDING SYSTEM VALUE VALUES (2, 1, 7002, 14002, 'FINISHED', 1, 1, 'search', 1, 'vm/29886', NULL, '2026-12-01 18:36:44.566337+00', '2026-12-01 18:36:44.614615+00', NULL, NULL, '2026-12-01 18:36:44.848455+00', 0);
INSERT INTO public.blocks OVERRIDING SYSTEM VALUE VALUES (3, 1, 14002, 21002, 'FINISHED', 1, 1, 'search', 1, 'vm/29886', NULL, '2026-12-01 18:36:44.566337+00', '2026-12-01 18:36:44.614615+00', NULL, NULL, '2026-12-01 18:36:44.848455+00', 0);
INSERT INTO public.blocks OVERRIDING SYSTEM VALUE VALUES (4, 1, 21002, 28002, 'FINISHED', 1, 1, 'search', 1, 'vm/29886', NULL, '2026-12-01 18:36:44.566337+00', '2026-12-01 18:36:44.614615+00', NULL, NULL, '2026-12-01 18:36:44.848455+00', 0);
INSERT INTO public.blocks OVERRIDING SYSTEM VALUE VALUES (5, 1, 28002, 30000, 'FINISHED', 1, 1, 'search', 1, 'vm/29886', NULL, '2026-12-01 18:36:44.566337+00', '2026-12-01 18:36:44.614615+00', NULL, NULL, '2026-12-01 18:36:44.869311+00', 0);
INSERT INTO public.blocks OVERRIDING SYSTEM VALUE VALUES (1, 1, 2, 7002, 'FINISHED', 1, 1, 'search', 1, 'vm/29886', NULL, '2026-12-01 18:36:44.566337+00', '2026-12-01 18:36:44.614615+00', NULL, NULL, '2026-12-01 18:36:45.237877+00', 0);
INSERT INTO public.blocks OVERRIDING SYSTEM VALUE VALUES (7, 2, 1048576, 1050000, 'FINISHED', 1, 1, 'search', 1, 'vm/29886', NULL, '2026-12-01 18:36:45.964917+00', '2026-12-01 18:36:45.98786+00', NULL, NULL, '2026-12-01 18:36:46.035047+00', 0);
INSERT INTO public.blocks OVERRIDING SYSTEM VALUE VALUES (6, 2, 2, 1048576, 'FINISHED', 1, 1, 'search', 1, 'vm/29886', NULL, '2026-12-01 18:36:45.964917+00', '2026-12-01 18:36:45.98786+00', NULL, NULL, '2026-12-01 18:36:46.588568+00', 0);
INSERT INTO public.control VALUES (1, 'WRITABLE', 1, '2026-12-01 18:36:36.621109+00');
INSERT INTO public.findings VALUES (1, 'search', 1, 'violation', 0, '2', '-4.09262515935172473857539', '-4.09262515935172473857538', -4.092625159351725, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'violation', 1, '3', '14.1771837491819780492115', '14.1771837491819780492116', 14.177183749181978, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'violation', 2, '2^2', '5.35767436066370816003393', '5.35767436066370816003394', 5.357674360663708, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'violation', 3, '5', '2.52161764246244428655031', '2.52161764246244428655032', 2.521617642462444, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'violation', 4, '2*3', '3.42936656670058716693977', '3.42936656670058716693978', 3.4293665667005873, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'violation', 5, '2^3', '2.56112773994172110703123', '2.56112773994172110703124', 2.561127739941721, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'violation', 6, '3^2', '1.83492581817835309593550', '1.83492581817835309593551', 1.834925818178353, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'violation', 7, '2*5', '2.15818942087422560164346', '2.15818942087422560164347', 2.1581894208742254, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'violation', 8, '2^2*3', '2.56344031376171305587628', '2.56344031376171305587629', 2.563440313761713, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'violation', 9, '2^4', '1.89991690668288174429424', '1.89991690668288174429425', 1.8999169066828818, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'violation', 10, '2*3^2', '2.04135766163552345244345', '2.04135766163552345244346', 2.0413576616355233, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'violation', 11, '2^2*5', '1.91398252579660596190047', '1.91398252579660596190048', 1.9139825257966059, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'violation', 12, '2^3*3', '2.16212662118264276496580', '2.16212662118264276496581', 2.162126621182643, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'violation', 13, '2..5', '1.96058002144496397385937', '1.96058002144496397385938', 1.960580021444964, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'violation', 14, '2^2*3^2', '1.98048118666478583689634', '1.98048118666478583689635', 1.9804811866647858, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'violation', 15, '2^4*3', '1.90854057216311437345956', '1.90854057216311437345957', 1.9085405721631143, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'violation', 16, '2^2*3*5', '1.98636974867664015639810', '1.98636974867664015639811', 1.98636974867664, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'violation', 17, '2^3*3^2', '1.86373674252477609189279', '1.86373674252477609189280', 1.8637367425247762, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'violation', 18, '2^2*3*7', '1.79141167938407126096164', '1.79141167938407126096165', 1.7914116793840713, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'violation', 19, '2^3*3*5', '1.91570070202049163834242', '1.91570070202049163834243', 1.9157007020204917, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'violation', 20, '2^2*3^2*5', '1.84139339418529262687650', '1.84139339418529262687651', 1.8413933941852927, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'violation', 21, '2^4*3*5', '1.82221989378863904301579', '1.82221989378863904301580', 1.8222198937886391, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'violation', 22, '2^3*3^2*5', '1.83347083758361983258580', '1.83347083758361983258581', 1.8334708375836197, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'violation', 23, '2^4*3^2*5', '1.78262965272042643990946', '1.78262965272042643990947', 1.7826296527204264, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'violation', 24, '2^3*3..7', '1.79781159358947265803335', '1.79781159358947265803336', 1.7978115935894727, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'violation', 25, '2^3*3^2*5*7', '1.80461089054347248315175', '1.80461089054347248315176', 1.8046108905434726, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'violation', 26, '2^4*3^2*5*7', '1.79097336653488113336190', '1.79097336653488113336191', 1.790973366534881, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'witness', 0, '3', '14.1771837491819780492115', '14.1771837491819780492116', 14.177183749181978, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'witness', 1, '2^2', '5.35767436066370816003393', '5.35767436066370816003394', 5.357674360663708, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'witness', 2, '5', '2.52161764246244428655031', '2.52161764246244428655032', 2.521617642462444, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'witness', 3, '2*3', '3.42936656670058716693977', '3.42936656670058716693978', 3.4293665667005873, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'witness', 4, '2^3', '2.56112773994172110703123', '2.56112773994172110703124', 2.561127739941721, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'witness', 5, '3^2', '1.83492581817835309593550', '1.83492581817835309593551', 1.834925818178353, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'witness', 6, '2*5', '2.15818942087422560164346', '2.15818942087422560164347', 2.1581894208742254, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'witness', 7, '2^2*3', '2.56344031376171305587628', '2.56344031376171305587629', 2.563440313761713, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'witness', 8, '2^4', '1.89991690668288174429424', '1.89991690668288174429425', 1.8999169066828818, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'witness', 9, '2*3^2', '2.04135766163552345244345', '2.04135766163552345244346', 2.0413576616355233, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'witness', 10, '2^2*5', '1.91398252579660596190047', '1.91398252579660596190048', 1.9139825257966059, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'witness', 11, '2^3*3', '2.16212662118264276496580', '2.16212662118264276496581', 2.162126621182643, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'witness', 12, '2..5', '1.96058002144496397385937', '1.96058002144496397385938', 1.960580021444964, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'witness', 13, '2^2*3^2', '1.98048118666478583689634', '1.98048118666478583689635', 1.9804811866647858, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'witness', 14, '2^4*3', '1.90854057216311437345956', '1.90854057216311437345957', 1.9085405721631143, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'witness', 15, '2^2*3*5', '1.98636974867664015639810', '1.98636974867664015639811', 1.98636974867664, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'witness', 16, '2^3*3^2', '1.86373674252477609189279', '1.86373674252477609189280', 1.8637367425247762, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'witness', 17, '2^2*3*7', '1.79141167938407126096164', '1.79141167938407126096165', 1.7914116793840713, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'witness', 18, '2^3*3*5', '1.91570070202049163834242', '1.91570070202049163834243', 1.9157007020204917, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'witness', 19, '2^2*3^2*5', '1.84139339418529262687650', '1.84139339418529262687651', 1.8413933941852927, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'witness', 20, '2^4*3*5', '1.82221989378863904301579', '1.82221989378863904301580', 1.8222198937886391, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'witness', 21, '2^3*3^2*5', '1.83347083758361983258580', '1.83347083758361983258581', 1.8334708375836197, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'witness', 22, '2^2*3..7', '1.77931373892949623010328', '1.77931373892949623010329', 1.7793137389294962, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'witness', 23, '2^4*3^2*5', '1.78262965272042643990946', '1.78262965272042643990947', 1.7826296527204264, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'witness', 24, '2^3*3..7', '1.79781159358947265803335', '1.79781159358947265803336', 1.7978115935894727, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'witness', 25, '2^3*3^2*5*7', '1.80461089054347248315175', '1.80461089054347248315176', 1.8046108905434726, 1);
INSERT INTO public.findings VALUES (1, 'search', 1, 'witness', 26, '2^4*3^2*5*7', '1.79097336653488113336190', '1.79097336653488113336191', 1.790973366534881, 1);
INSERT INTO public.findings VALUES (6, 'search', 1, 'violation', 0, '2', '-4.09262515935172473857539', '-4.09262515935172473857538', -4.092625159351725, 2);
INSERT INTO public.findings VALUES (6, 'search', 1, 'violation', 1, '2*3', '3.42936656670058716693977', '3.42936656670058716693978', 3.4293665667005873, 2);
INSERT INTO public.findings VALUES (6, 'search', 1, 'violation', 2, '2^2*3', '2.56344031376171305587628', '2.56344031376171305587629', 2.563440313761713, 2);
INSERT INTO public.findings VALUES (6, 'search', 1, 'violation', 3, '2^2*3*5', '1.98636974867664015639810', '1.98636974867664015639811', 1.98636974867664, 2);
INSERT INTO public.findings VALUES (6, 'search', 1, 'violation', 4, '2^3*3*5', '1.91570070202049163834242', '1.91570070202049163834243', 1.9157007020204917, 2);
INSERT INTO public.findings VALUES (6, 'search', 1, 'violation', 5, '2^3*3^2*5', '1.83347083758361983258580', '1.83347083758361983258581', 1.8334708375836197, 2);
INSERT INTO public.findings VALUES (6, 'search', 1, 'violation', 6, '2^3*3^2*5*7', '1.80461089054347248315175', '1.80461089054347248315176', 1.8046108905434726, 2);
INSERT INTO public.findings VALUES (6, 'search', 1, 'violation', 7, '2^4*3^2*5*7', '1.79097336653488113336190', '1.79097336653488113336191', 1.790973366534881, 2);
INSERT INTO public.findings VALUES (6, 'search', 1, 'witness', 0, '2*3', '3.42936656670058716693977', '3.42936656670058716693978', 3.4293665667005873, 2);
INSERT INTO public.findings VALUES (6, 'search', 1, 'witness', 1, '2^2*3', '2.56344031376171305587628', '2.56344031376171305587629', 2.563440313761713, 2);
INSERT INTO public.findings VALUES (6, 'search', 1, 'witness', 2, '2^2*3*5', '1.98636974867664015639810', '1.98636974867664015639811', 1.98636974867664, 2);
INSERT INTO public.findings VALUES (6, 'search', 1, 'witness', 3, '2^3*3*5', '1.91570070202049163834242', '1.91570070202049163834243', 1.9157007020204917, 2);
INSERT INTO public.findings VALUES (6, 'search', 1, 'witness', 4, '2^3*3^2*5', '1.83347083758361983258580', '1.83347083758361983258581', 1.8334708375836197, 2);
INSERT INTO public.findings VALUES (6, 'search', 1, 'witness', 5, '2^3*3^2*5*7', '1.80461089054347248315175', '1.80461089054347248315176', 1.8046108905434726, 2);
INSERT INTO public.findings VALUES (6, 'search', 1, 'witness', 6, '2^4*3^2*5*7', '1.79097336653488113336190', '1.79097336653488113336191', 1.790973366534881, 2);
INSERT INTO public.leaders VALUES ('auditor', 1, '2026-12-01 18:36:36.689022+00');
INSERT INTO public.leaders VALUES ('janitor', 1, '2026-12-01 18:36:36.697466+00');
INSERT INTO public.paces VALUES (1, '2026-12-01 18:36:40+00', 3, 21000, false);
INSERT INTO public.paces VALUES (1, '2026-12-01 18:36:40+00', 1, 1998, false);
INSERT INTO public.paces VALUES (1, '2026-12-01 18:36:40+00', 1, 7000, false);
INSERT INTO public.paces VALUES (2, '2026-12-01 18:36:40+00', 1, 109, false);
INSERT INTO public.paces VALUES (2, '2026-12-01 18:36:40+00', 1, 82340, false);
INSERT INTO public.queue_samples VALUES ('robin.blocks', '2026-12-01 18:36:46.642638+00', 0, 0);
INSERT INTO public.queue_samples VALUES ('robin.results', '2026-12-01 18:36:46.642638+00', 0, 0);
INSERT INTO public.queue_samples VALUES ('robin.dead', '2026-12-01 18:36:46.642638+00', 0, 0);
INSERT INTO public.results VALUES (2, 'search', 1, 1, 'vm/29886', 7002, 14002, 7000, 'ee415ea7c3310e153f862df3e5a41b45ac4f0232ef390bacd266737163be6817', '{"histogram":"6999 0 0 0 1 0 0 0 0 0 0 0"}', 0.239205252, '2026-12-01 18:36:44.848455+00');
INSERT INTO public.results VALUES (3, 'search', 1, 1, 'vm/29886', 14002, 21002, 7000, 'a89b64f9fc2cbe0d81da68039878722451981f38b513aa3c371dbee1d3f82816', '{"histogram":"7000 0 0 0 0 0 0 0 0 0 0 0"}', 0.000112097, '2026-12-01 18:36:44.848455+00');
INSERT INTO public.results VALUES (4, 'search', 1, 1, 'vm/29886', 21002, 28002, 7000, '37ea7826ada9866ad22888d02e9868e33d06c525e3e799fcd9715a8be6c5b2e5', '{"histogram":"7000 0 0 0 0 0 0 0 0 0 0 0"}', 8.2032e-05, '2026-12-01 18:36:44.848455+00');
INSERT INTO public.results VALUES (5, 'search', 1, 1, 'vm/29886', 28002, 30000, 1998, 'd462bc4321a902bbb66ed16a535db603599b5d14c130856b49f0cc55604ccbf7', '{"histogram":"1998 0 0 0 0 0 0 0 0 0 0 0"}', 3.33e-05, '2026-12-01 18:36:44.869311+00');
INSERT INTO public.results VALUES (1, 'search', 1, 1, 'vm/29886', 2, 7002, 7000, '6d9a2c5be4112b3a8d184474e04d4124403170772511688fddb6e7f97f8cfbfe', '{"histogram":"6970 0 0 0 0 0 0 0 0 1 2 27"}', 0.636110462, '2026-12-01 18:36:45.237877+00');
INSERT INTO public.results VALUES (7, 'search', 1, 1, 'vm/29886', 1048576, 1050000, 109, 'd4c19922e1734d402733c40bbd7e6e44bdc68edf927a4cd2d174e8e93bf3d671', '{"bound":"254034367214066232576447461481 254039950672059831675069541270 254045522834770422408663610240","higher_steps":"","minimum_at":"1048576 1049088 1049600","primes":"109 114373001","slice_bounds":"254039951293907983967348177001 254039951468128308443868366763 254039950672059831675069541270 254039951314955806664786172202 254039950677494016405112304512 254039952515746048342258519391","slices":"1048832 19 19925217 4858837268922301024279 4858837268922726047095 1435434966465112771484078 1435434966470801276714762; 1049088 18 18881208 4603191420046397828293 4603191420046800186719 1359548211652427844036844 1359548211657811795228303; 1049344 22 23082184 5626213438906323338373 5626213438906814749862 1661299146293033685224493 1661299146299607772135930; 1049600 18 18890870 4603361291248563067696 4603361291248964837449 1358852847619445608166367 1358852847624819259950206; 1049856 21 22044421 5370677323527315080365 5370677323527783468853 1584963526250192269902854 1584963526256455533185234; 1050000 11 11549101 2813247484250234683543 2813247484250278317992 830073537226364444590980 830073537227156600224187","sums":"27875528226901135022549 27875528226903367607970 8230172235506576623405616 8230172235536652237438622"}', 0.036063995, '2026-12-01 18:36:46.035047+00');
INSERT INTO public.results VALUES (6, 'search', 1, 1, 'vm/29886', 2, 1048576, 82340, '2a45984d75668cf8676df27ea56e112c91df470944f21bc65acf6247276b802b', '{"higher_steps":"2^2 2^3 3^2 2^4 2^5 3^3 5^2 2^6 7^2 3^4 2^7 5^3 11^2 2^8 3^5 13^2 2^9 7^3 17^2 19^2 3^6 5^4 2^10 23^2 2^11 29^2 31^2 11^3 3^7 37^2 7^4 2^12 13^3 5^5 41^2 43^2 47^2 3^8 2^13 53^2 59^2 17^3 61^2 67^2 19^3 71^2 2^14 73^2 79^2 83^2 5^6 3^9 89^2 7^5 11^4 23^3 97^2 2^15 101^2 103^2 107^2 109^2 113^2 127^2 13^4 131^2 29^3 2^16 137^2 139^2 3^10 31^3 149^2 151^2 157^2 163^2 167^2 173^2 5^7 179^2 181^2 2^17 37^3 191^2 193^2 197^2 199^2 211^2 17^4 41^3 7^6 223^2 227^2 229^2 3^11 233^2 43^3 239^2 241^2 251^2 2^18 257^2 263^2 19^4 269^2 47^3 271^2 11^5 277^2 281^2 283^2 293^2 307^2 311^2 313^2 317^2 53^3 331^2 337^2 347^2 349^2 2^19 353^2 359^2 5^8 367^2 373^2 59^3 379^2 383^2 3^12 389^2 23^4 397^2 61^3 401^2 409^2 13^5 419^2 421^2 431^2 433^2 439^2 443^2 449^2 457^2 67^3 461^2 463^2 467^2 479^2 2^20 487^2 491^2 71^3 499^2 503^2 509^2 73^3 521^2 523^2 541^2 7^7 547^2 557^2 563^2 569^2 571^2 577^2 79^3 587^2 593^2 599^2 601^2 607^2 613^2 617^2 29^4 619^2 83^3 631^2 3^13 641^2 643^2 647^2 653^2 659^2 661^2 2^21 673^2 677^2 683^2 691^2 89^3 701^2 31^4 709^2 719^2 727^2 733^2 739^2 743^2 751^2 757^2 761^2 5^9 769^2 773^2 787^2 97^3 797^2 17^5 809^2 811^2 821^2 823^2 827^2 829^2 11^6 839^2 101^3 853^2 857^2 859^2 863^2 103^3 877^2 881^2 883^2 887^2 907^2 911^2 919^2 107^3 2^22 929^2 937^2 941^2 109^3 947^2 953^2 967^2 971^2 977^2 983^2 991^2 997^2 113^3 37^4 1009^2 1013^2 1019^2 1021^2 1031^2 1033^2 1039^2 1049^2 1051^2 19^5 1061^2 3^14 1063^2 1069^2 1087^2 1091^2 1093^2 1097^2 1103^2 1109^2 1117^2 1123^2 1129^2 1151^2 1153^2 1163^2 1171^2 1181^2 1187^2 127^3 1193^2 1201^2 1213^2 1217^2 1223^2 1229^2 41^4 1231^2 1237^2 131^3 1249^2 1259^2 2^23 1277^2 1279^2 1283^2 1289^2 1291^2 1297^2 1301^2 1303^2 1307^2 1319^2 1321^2 1327^2 137^3 7^8 43^4 139^3 1361^2 13^6 1367^2 1373^2 1381^2 1399^2 1409^2","margin":"4434638859695867382229961 1048573","origin":"0 0 0 0","primes":"82025 41162256126","slices":"1048576 82025 41162256126 19348052066594930545024772 19348052066594930545148586 254037067745621136629194932947 254037067745621136629198083000","sums":"19348052066594930545024772 19348052066594930545148586 254037067745621136629194932947 254037067745621136629198083000"}', 0.597858109, '2026-12-01 18:36:46.588568+00');
INSERT INTO public.schema_migrations VALUES (1, '0001_ledger', '2026-12-01 18:36:33.280788+00');
INSERT INTO public.schema_migrations VALUES (2, '0002_roles', '2026-12-01 18:36:33.280788+00');
INSERT INTO public.schema_migrations VALUES (3, '0003_utc_text', '2026-12-01 18:36:33.280788+00');
INSERT INTO public.schema_migrations VALUES (4, '0004_audit', '2026-12-01 18:36:33.280788+00');
INSERT INTO public.schema_migrations VALUES (5, '0005_janitor', '2026-12-01 18:36:33.280788+00');
INSERT INTO public.schema_migrations VALUES (6, '0006_split', '2026-12-01 18:36:33.280788+00');
INSERT INTO public.schema_migrations VALUES (7, '0007_modes', '2026-12-01 18:36:33.280788+00');
INSERT INTO public.schema_migrations VALUES (8, '0008_monitor', '2026-12-01 18:36:33.280788+00');
INSERT INTO public.schema_migrations VALUES (9, '0009_tallies', '2026-12-01 18:36:33.280788+00');
INSERT INTO public.schema_migrations VALUES (10, '0010_throughput', '2026-12-01 18:36:33.280788+00');
INSERT INTO public.schema_migrations VALUES (11, '0011_pace', '2026-12-01 18:36:33.280788+00');
INSERT INTO public.searches OVERRIDING SYSTEM VALUE VALUES (1, 'exhaustive', 2, 30000, 30000, 'complete', '1.767', 'exact', '2026-12-01 18:36:44.546253+00', '{}');
INSERT INTO public.searches OVERRIDING SYSTEM VALUE VALUES (2, 'colossally-abundant', 2, 1050000, 1050000, 'complete', '1.767', 'exact', '2026-12-01 18:36:45.958304+00', '{}');
INSERT INTO public.tallies OVERRIDING SYSTEM VALUE VALUES (1, 1, 'PENDING', 5, 29998, 0);
INSERT INTO public.tallies OVERRIDING SYSTEM VALUE VALUES (2, 1, 'QUEUED', 5, 29998, 0);
INSERT INTO public.tallies OVERRIDING SYSTEM VALUE VALUES (3, 1, 'PENDING', -5, -29998, 0);
INSERT INTO public.tallies OVERRIDING SYSTEM VALUE VALUES (4, 1, 'QUEUED', -3, -21000, 0);
INSERT INTO public.tallies OVERRIDING SYSTEM VALUE VALUES (5, 1, 'FINISHED', 3, 21000, 21000);
INSERT INTO public.tallies OVERRIDING SYSTEM VALUE VALUES (6, 1, 'QUEUED', -1, -1998, 0);
INSERT INTO public.tallies OVERRIDING SYSTEM VALUE VALUES (7, 1, 'FINISHED', 1, 1998, 1998);
INSERT INTO public.tallies OVERRIDING SYSTEM VALUE VALUES (8, 1, 'QUEUED', -1, -7000, 0);
INSERT INTO public.tallies OVERRIDING SYSTEM VALUE VALUES (9, 1, 'FINISHED', 1, 7000, 7000);
INSERT INTO public.tallies OVERRIDING SYSTEM VALUE VALUES (10, 2, 'PENDING', 2, 1049998, 0);
INSERT INTO public.tallies OVERRIDING SYSTEM VALUE VALUES (11, 2, 'PENDING', -2, -1049998, 0);
INSERT INTO public.tallies OVERRIDING SYSTEM VALUE VALUES (12, 2, 'QUEUED', 2, 1049998, 0);
INSERT INTO public.tallies OVERRIDING SYSTEM VALUE VALUES (13, 2, 'QUEUED', -1, -1424, 0);
INSERT INTO public.tallies OVERRIDING SYSTEM VALUE VALUES (14, 2, 'FINISHED', 1, 1424, 109);
INSERT INTO public.tallies OVERRIDING SYSTEM VALUE VALUES (15, 2, 'QUEUED', -1, -1048574, 0);
INSERT INTO public.tallies OVERRIDING SYSTEM VALUE VALUES (16, 2, 'FINISHED', 1, 1048574, 82340);
INSERT INTO public.workers VALUES ('vm/29886', '2026-12-01 18:36:44.848455+00', '2026-12-01 18:36:44.848455+00');
SELECT pg_catalog.setval('public.blocks_id_seq', 7, true);
SELECT pg_catalog.setval('public.events_id_seq', 1, false);
SELECT pg_catalog.setval('public.searches_id_seq', 2, true);
SELECT pg_catalog.setval('public.tallies_id_seq', 16, true);
ALTER TABLE ONLY public.audits
    ADD CONSTRAINT audits_pkey PRIMARY KEY (search_id, begin_at);
ALTER TABLE ONLY public.blocks
    ADD CONSTRAINT blocks_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.conflicts
    ADD CONSTRAINT conflicts_pkey PRIMARY KEY (block_id, purpose, run, digest, worker);
ALTER TABLE ONLY public.control
    ADD CONSTRAINT control_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_once_key UNIQUE (once);
ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.failures
    ADD CONSTRAINT failures_pkey PRIMARY KEY (block_id, purpose, run, attempt);
ALTER TABLE ONLY public.findings
    ADD CONSTRAINT findings_pkey PRIMARY KEY (block_id, purpose, run, kind, ordinal);
ALTER TABLE ONLY public.leaders
    ADD CONSTRAINT leaders_pkey PRIMARY KEY (role);
ALTER TABLE ONLY public.objections
    ADD CONSTRAINT objections_pkey PRIMARY KEY (search_id);
ALTER TABLE ONLY public.orders
    ADD CONSTRAINT orders_pkey PRIMARY KEY (block_id, purpose, run);
ALTER TABLE ONLY public.parts
    ADD CONSTRAINT parts_pkey PRIMARY KEY (block_id, purpose, run, digest_of_whole, part);
ALTER TABLE ONLY public.queue_samples
    ADD CONSTRAINT queue_samples_pkey PRIMARY KEY (queue, at);
ALTER TABLE ONLY public.results
    ADD CONSTRAINT results_pkey PRIMARY KEY (block_id, purpose, run);
ALTER TABLE ONLY public.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (version);
ALTER TABLE ONLY public.searches
    ADD CONSTRAINT searches_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tallies
    ADD CONSTRAINT tallies_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.workers
    ADD CONSTRAINT workers_pkey PRIMARY KEY (name);
CREATE INDEX blocks_by_end ON public.blocks USING btree (search_id, finished_at) WHERE (state = 'FINISHED'::text);
CREATE UNIQUE INDEX blocks_by_position ON public.blocks USING btree (search_id, begin_at);
CREATE INDEX blocks_not_finished ON public.blocks USING btree (state, id) WHERE (state <> 'FINISHED'::text);
CREATE INDEX blocks_open ON public.blocks USING btree (search_id, begin_at) WHERE (state <> 'FINISHED'::text);
CREATE INDEX events_of_block ON public.events USING btree (block_id);
CREATE INDEX events_of_kind ON public.events USING btree (kind, id);
CREATE INDEX findings_by_ratio ON public.findings USING btree (kind, ratio DESC);
CREATE INDEX findings_of_search ON public.findings USING btree (search_id, kind, ratio DESC);
CREATE INDEX orders_of_search ON public.orders USING btree (search_id, state) WHERE (closed_at IS NULL);
CREATE INDEX orders_open ON public.orders USING btree (state, block_id) WHERE (closed_at IS NULL);
CREATE INDEX paces_of_search ON public.paces USING btree (search_id, at);
CREATE INDEX paces_to_forget ON public.paces USING btree (at) WHERE is_sum;
CREATE INDEX paces_to_sum ON public.paces USING btree (at) WHERE (NOT is_sum);
CREATE INDEX queue_samples_by_time ON public.queue_samples USING btree (at);
CREATE INDEX tallies_of_search ON public.tallies USING btree (search_id);
CREATE INDEX workers_by_word ON public.workers USING btree (heard_at);
CREATE TRIGGER blocks_do_not_move_over_others AFTER UPDATE OF search_id, begin_at, end_at ON public.blocks FOR EACH ROW EXECUTE FUNCTION public.refuse_overlap_of_moved();
CREATE TRIGGER blocks_do_not_overlap AFTER INSERT ON public.blocks REFERENCING NEW TABLE AS after_it FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_overlap_of_new();
CREATE TRIGGER blocks_inserted AFTER INSERT ON public.blocks REFERENCING NEW TABLE AS after_it FOR EACH STATEMENT EXECUTE FUNCTION public.tally_blocks();
CREATE TRIGGER blocks_updated AFTER UPDATE ON public.blocks REFERENCING OLD TABLE AS before_it NEW TABLE AS after_it FOR EACH STATEMENT EXECUTE FUNCTION public.tally_blocks();
ALTER TABLE ONLY public.audits
    ADD CONSTRAINT audits_block_id_fkey FOREIGN KEY (block_id) REFERENCES public.blocks(id);
ALTER TABLE ONLY public.audits
    ADD CONSTRAINT audits_block_id_purpose_run_fkey FOREIGN KEY (block_id, purpose, run) REFERENCES public.results(block_id, purpose, run);
ALTER TABLE ONLY public.audits
    ADD CONSTRAINT audits_search_id_fkey FOREIGN KEY (search_id) REFERENCES public.searches(id);
ALTER TABLE ONLY public.blocks
    ADD CONSTRAINT blocks_search_id_fkey FOREIGN KEY (search_id) REFERENCES public.searches(id);
ALTER TABLE ONLY public.conflicts
    ADD CONSTRAINT conflicts_block_id_fkey FOREIGN KEY (block_id) REFERENCES public.blocks(id);
ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_block_id_fkey FOREIGN KEY (block_id) REFERENCES public.blocks(id);
ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_search_id_fkey FOREIGN KEY (search_id) REFERENCES public.searches(id);
ALTER TABLE ONLY public.failures
    ADD CONSTRAINT failures_block_id_fkey FOREIGN KEY (block_id) REFERENCES public.blocks(id);
ALTER TABLE ONLY public.findings
    ADD CONSTRAINT findings_block_id_purpose_run_fkey FOREIGN KEY (block_id, purpose, run) REFERENCES public.results(block_id, purpose, run);
ALTER TABLE ONLY public.objections
    ADD CONSTRAINT objections_search_id_fkey FOREIGN KEY (search_id) REFERENCES public.searches(id);
ALTER TABLE ONLY public.orders
    ADD CONSTRAINT orders_block_id_fkey FOREIGN KEY (block_id) REFERENCES public.blocks(id);
ALTER TABLE ONLY public.orders
    ADD CONSTRAINT orders_search_id_fkey FOREIGN KEY (search_id) REFERENCES public.searches(id);
ALTER TABLE ONLY public.parts
    ADD CONSTRAINT parts_block_id_fkey FOREIGN KEY (block_id) REFERENCES public.blocks(id);
ALTER TABLE ONLY public.results
    ADD CONSTRAINT results_block_id_fkey FOREIGN KEY (block_id) REFERENCES public.blocks(id);
REVOKE ALL ON FUNCTION public.fold_tallies() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.pace_begin(moment timestamp with time zone) FROM PUBLIC;
REVOKE ALL ON FUNCTION public.refuse_overlap(ids bigint[], begins numeric[], ends numeric[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION public.refuse_overlap_of_moved() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.refuse_overlap_of_new() FROM PUBLIC;
REVOKE ALL ON FUNCTION public.retry_blocks(ids bigint[], states text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION public.retry_blocks(ids bigint[], states text[]) TO robin_operator;
REVOKE ALL ON FUNCTION public.split_block(block bigint, cut numeric) FROM PUBLIC;
GRANT ALL ON FUNCTION public.split_block(block bigint, cut numeric) TO robin_saver;
REVOKE ALL ON FUNCTION public.tally_blocks() FROM PUBLIC;
GRANT SELECT ON TABLE public.audits TO robin_reader;
GRANT SELECT ON TABLE public.audits TO robin_operator;
GRANT SELECT,INSERT,DELETE ON TABLE public.audits TO robin_auditor;
GRANT SELECT ON TABLE public.audits TO robin_janitor;
GRANT SELECT ON TABLE public.blocks TO robin_reader;
GRANT SELECT ON TABLE public.blocks TO robin_operator;
GRANT SELECT ON TABLE public.blocks TO robin_producer;
GRANT SELECT ON TABLE public.blocks TO robin_saver;
GRANT SELECT ON TABLE public.blocks TO robin_auditor;
GRANT SELECT ON TABLE public.blocks TO robin_janitor;
GRANT INSERT(search_id) ON TABLE public.blocks TO robin_producer;
GRANT INSERT(begin_at) ON TABLE public.blocks TO robin_producer;
GRANT INSERT(end_at) ON TABLE public.blocks TO robin_producer;
GRANT UPDATE(state) ON TABLE public.blocks TO robin_producer;
GRANT UPDATE(state) ON TABLE public.blocks TO robin_saver;
GRANT UPDATE(state) ON TABLE public.blocks TO robin_auditor;
GRANT UPDATE(state) ON TABLE public.blocks TO robin_janitor;
GRANT UPDATE(attempt) ON TABLE public.blocks TO robin_janitor;
GRANT UPDATE(accepted_purpose) ON TABLE public.blocks TO robin_saver;
GRANT UPDATE(accepted_purpose) ON TABLE public.blocks TO robin_auditor;
GRANT UPDATE(accepted_run) ON TABLE public.blocks TO robin_saver;
GRANT UPDATE(accepted_run) ON TABLE public.blocks TO robin_auditor;
GRANT UPDATE(worker) ON TABLE public.blocks TO robin_saver;
GRANT UPDATE(error) ON TABLE public.blocks TO robin_saver;
GRANT UPDATE(error) ON TABLE public.blocks TO robin_janitor;
GRANT UPDATE(queued_at) ON TABLE public.blocks TO robin_producer;
GRANT UPDATE(started_at) ON TABLE public.blocks TO robin_saver;
GRANT UPDATE(heard_at) ON TABLE public.blocks TO robin_saver;
GRANT UPDATE(finished_at) ON TABLE public.blocks TO robin_saver;
GRANT SELECT ON TABLE public.conflicts TO robin_reader;
GRANT SELECT ON TABLE public.conflicts TO robin_operator;
GRANT SELECT,INSERT ON TABLE public.conflicts TO robin_saver;
GRANT SELECT ON TABLE public.conflicts TO robin_auditor;
GRANT SELECT ON TABLE public.conflicts TO robin_janitor;
GRANT SELECT ON TABLE public.control TO robin_reader;
GRANT SELECT ON TABLE public.control TO robin_operator;
GRANT SELECT ON TABLE public.control TO robin_producer;
GRANT SELECT ON TABLE public.control TO robin_auditor;
GRANT SELECT ON TABLE public.control TO robin_janitor;
GRANT UPDATE(state) ON TABLE public.control TO robin_janitor;
GRANT UPDATE(state) ON TABLE public.control TO robin_operator;
GRANT UPDATE(epoch) ON TABLE public.control TO robin_producer;
GRANT UPDATE(epoch) ON TABLE public.control TO robin_operator;
GRANT UPDATE(changed_at) ON TABLE public.control TO robin_producer;
GRANT UPDATE(changed_at) ON TABLE public.control TO robin_janitor;
GRANT UPDATE(changed_at) ON TABLE public.control TO robin_operator;
GRANT SELECT ON TABLE public.events TO robin_reader;
GRANT SELECT ON TABLE public.events TO robin_operator;
GRANT SELECT ON TABLE public.events TO robin_auditor;
GRANT SELECT ON TABLE public.events TO robin_janitor;
GRANT INSERT(kind) ON TABLE public.events TO robin_auditor;
GRANT INSERT(kind) ON TABLE public.events TO robin_janitor;
GRANT INSERT(kind) ON TABLE public.events TO robin_operator;
GRANT INSERT(search_id) ON TABLE public.events TO robin_auditor;
GRANT INSERT(search_id) ON TABLE public.events TO robin_janitor;
GRANT INSERT(search_id) ON TABLE public.events TO robin_operator;
GRANT INSERT(block_id) ON TABLE public.events TO robin_auditor;
GRANT INSERT(block_id) ON TABLE public.events TO robin_janitor;
GRANT INSERT(block_id) ON TABLE public.events TO robin_operator;
GRANT INSERT(message) ON TABLE public.events TO robin_auditor;
GRANT INSERT(message) ON TABLE public.events TO robin_janitor;
GRANT INSERT(message) ON TABLE public.events TO robin_operator;
GRANT INSERT(once) ON TABLE public.events TO robin_auditor;
GRANT INSERT(once) ON TABLE public.events TO robin_janitor;
GRANT INSERT(once) ON TABLE public.events TO robin_operator;
GRANT SELECT ON TABLE public.failures TO robin_reader;
GRANT SELECT ON TABLE public.failures TO robin_operator;
GRANT SELECT,INSERT ON TABLE public.failures TO robin_saver;
GRANT SELECT ON TABLE public.failures TO robin_auditor;
GRANT SELECT ON TABLE public.failures TO robin_janitor;
GRANT INSERT(block_id) ON TABLE public.failures TO robin_janitor;
GRANT INSERT(attempt) ON TABLE public.failures TO robin_janitor;
GRANT INSERT(worker) ON TABLE public.failures TO robin_janitor;
GRANT INSERT(error_class) ON TABLE public.failures TO robin_janitor;
GRANT INSERT(message) ON TABLE public.failures TO robin_janitor;
GRANT INSERT(purpose) ON TABLE public.failures TO robin_janitor;
GRANT INSERT(run) ON TABLE public.failures TO robin_janitor;
GRANT SELECT ON TABLE public.findings TO robin_reader;
GRANT SELECT ON TABLE public.findings TO robin_operator;
GRANT SELECT,INSERT ON TABLE public.findings TO robin_saver;
GRANT SELECT ON TABLE public.findings TO robin_auditor;
GRANT SELECT ON TABLE public.findings TO robin_janitor;
GRANT SELECT ON TABLE public.leaders TO robin_reader;
GRANT SELECT ON TABLE public.leaders TO robin_operator;
GRANT SELECT ON TABLE public.leaders TO robin_auditor;
GRANT SELECT ON TABLE public.leaders TO robin_janitor;
GRANT UPDATE(epoch) ON TABLE public.leaders TO robin_auditor;
GRANT UPDATE(epoch) ON TABLE public.leaders TO robin_janitor;
GRANT UPDATE(changed_at) ON TABLE public.leaders TO robin_auditor;
GRANT UPDATE(changed_at) ON TABLE public.leaders TO robin_janitor;
GRANT SELECT ON TABLE public.objections TO robin_reader;
GRANT SELECT ON TABLE public.objections TO robin_operator;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.objections TO robin_auditor;
GRANT SELECT ON TABLE public.objections TO robin_janitor;
GRANT SELECT ON TABLE public.orders TO robin_reader;
GRANT SELECT ON TABLE public.orders TO robin_operator;
GRANT SELECT ON TABLE public.orders TO robin_auditor;
GRANT SELECT ON TABLE public.orders TO robin_producer;
GRANT SELECT ON TABLE public.orders TO robin_saver;
GRANT SELECT ON TABLE public.orders TO robin_janitor;
GRANT INSERT(block_id) ON TABLE public.orders TO robin_auditor;
GRANT INSERT(purpose) ON TABLE public.orders TO robin_auditor;
GRANT INSERT(run) ON TABLE public.orders TO robin_auditor;
GRANT INSERT(search_id) ON TABLE public.orders TO robin_auditor;
GRANT UPDATE(state) ON TABLE public.orders TO robin_auditor;
GRANT UPDATE(state) ON TABLE public.orders TO robin_producer;
GRANT UPDATE(state) ON TABLE public.orders TO robin_saver;
GRANT UPDATE(state) ON TABLE public.orders TO robin_janitor;
GRANT UPDATE(attempt) ON TABLE public.orders TO robin_auditor;
GRANT UPDATE(attempt) ON TABLE public.orders TO robin_janitor;
GRANT INSERT(avoid),UPDATE(avoid) ON TABLE public.orders TO robin_auditor;
GRANT INSERT(origin) ON TABLE public.orders TO robin_auditor;
GRANT INSERT(same_worker),UPDATE(same_worker) ON TABLE public.orders TO robin_auditor;
GRANT UPDATE(worker) ON TABLE public.orders TO robin_saver;
GRANT UPDATE(error) ON TABLE public.orders TO robin_saver;
GRANT UPDATE(error) ON TABLE public.orders TO robin_janitor;
GRANT UPDATE(queued_at) ON TABLE public.orders TO robin_producer;
GRANT UPDATE(started_at) ON TABLE public.orders TO robin_saver;
GRANT UPDATE(heard_at) ON TABLE public.orders TO robin_saver;
GRANT UPDATE(finished_at) ON TABLE public.orders TO robin_saver;
GRANT UPDATE(closed_at) ON TABLE public.orders TO robin_auditor;
GRANT SELECT ON TABLE public.paces TO robin_reader;
GRANT SELECT ON TABLE public.paces TO robin_operator;
GRANT SELECT ON TABLE public.paces TO robin_producer;
GRANT SELECT ON TABLE public.paces TO robin_auditor;
GRANT SELECT ON TABLE public.paces TO robin_janitor;
GRANT SELECT ON TABLE public.paces TO robin_saver;
GRANT SELECT ON TABLE public.parts TO robin_reader;
GRANT SELECT ON TABLE public.parts TO robin_operator;
GRANT SELECT,INSERT,DELETE ON TABLE public.parts TO robin_saver;
GRANT SELECT ON TABLE public.parts TO robin_auditor;
GRANT SELECT,DELETE ON TABLE public.parts TO robin_janitor;
GRANT SELECT ON TABLE public.queue_samples TO robin_reader;
GRANT SELECT ON TABLE public.queue_samples TO robin_operator;
GRANT SELECT,DELETE ON TABLE public.queue_samples TO robin_gateway;
GRANT INSERT(queue) ON TABLE public.queue_samples TO robin_gateway;
GRANT INSERT(ready) ON TABLE public.queue_samples TO robin_gateway;
GRANT INSERT(unacked) ON TABLE public.queue_samples TO robin_gateway;
GRANT SELECT ON TABLE public.results TO robin_reader;
GRANT SELECT ON TABLE public.results TO robin_operator;
GRANT SELECT,INSERT ON TABLE public.results TO robin_saver;
GRANT SELECT ON TABLE public.results TO robin_auditor;
GRANT SELECT ON TABLE public.results TO robin_janitor;
GRANT SELECT ON TABLE public.schema_migrations TO robin_reader;
GRANT SELECT ON TABLE public.schema_migrations TO robin_operator;
GRANT SELECT ON TABLE public.schema_migrations TO robin_producer;
GRANT SELECT ON TABLE public.schema_migrations TO robin_saver;
GRANT SELECT ON TABLE public.schema_migrations TO robin_auditor;
GRANT SELECT ON TABLE public.schema_migrations TO robin_janitor;
GRANT SELECT ON TABLE public.searches TO robin_reader;
GRANT SELECT ON TABLE public.searches TO robin_operator;
GRANT SELECT ON TABLE public.searches TO robin_producer;
GRANT SELECT ON TABLE public.searches TO robin_auditor;
GRANT SELECT ON TABLE public.searches TO robin_janitor;
GRANT INSERT(strategy) ON TABLE public.searches TO robin_operator;
GRANT INSERT(begin_at) ON TABLE public.searches TO robin_operator;
GRANT INSERT(end_at),UPDATE(end_at) ON TABLE public.searches TO robin_operator;
GRANT UPDATE(planned_end) ON TABLE public.searches TO robin_producer;
GRANT INSERT(planned_end) ON TABLE public.searches TO robin_operator;
GRANT INSERT(mode) ON TABLE public.searches TO robin_operator;
GRANT INSERT(threshold) ON TABLE public.searches TO robin_operator;
GRANT INSERT(digest_kind) ON TABLE public.searches TO robin_operator;
GRANT INSERT(origin) ON TABLE public.searches TO robin_operator;
GRANT SELECT ON TABLE public.tallies TO robin_reader;
GRANT SELECT ON TABLE public.tallies TO robin_operator;
GRANT SELECT ON TABLE public.tallies TO robin_producer;
GRANT SELECT ON TABLE public.tallies TO robin_auditor;
GRANT SELECT ON TABLE public.tallies TO robin_janitor;
GRANT SELECT ON TABLE public.tallies TO robin_saver;
GRANT SELECT ON TABLE public.workers TO robin_reader;
GRANT SELECT ON TABLE public.workers TO robin_operator;
GRANT SELECT ON TABLE public.workers TO robin_auditor;
GRANT SELECT ON TABLE public.workers TO robin_saver;
GRANT SELECT ON TABLE public.workers TO robin_janitor;
GRANT INSERT(name) ON TABLE public.workers TO robin_saver;
GRANT UPDATE(heard_at) ON TABLE public.workers TO robin_saver;
