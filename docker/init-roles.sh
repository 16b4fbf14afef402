#!/bin/sh
# Runs once, when PostgreSQL makes its data folder: the two roles and the database.
set -eu
: "${THADS_OWNER_PASSWORD:?put it into .env}" "${THADS_APP_PASSWORD:?put it into .env}"
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
     --set owner_password="$THADS_OWNER_PASSWORD" --set app_password="$THADS_APP_PASSWORD" <<'SQL'
CREATE ROLE thads_owner LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE CREATEDB PASSWORD :'owner_password';
CREATE ROLE thads_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB PASSWORD :'app_password';
CREATE DATABASE thads OWNER thads_owner;
SQL
