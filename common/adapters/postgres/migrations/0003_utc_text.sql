-- A time as every reader shows it: RFC 3339 in UTC, and nothing where there is none.
CREATE FUNCTION utc_text(at timestamptz) RETURNS text LANGUAGE sql STABLE
  AS $$ SELECT coalesce(to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), '') $$;
