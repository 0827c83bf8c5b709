#!/bin/sh
# Creates the two databases and the role of BI tools. PostgreSQL's image runs it once, when its volume is empty.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres --set bi_password="$BI_PASSWORD" <<'SQL'
create database dagster;
create database sales;
create role bi login password :'bi_password';
-- A dashboard that is left open in a transaction would keep removed rows on disk.
alter role bi set idle_in_transaction_session_timeout = '15min';
SQL
