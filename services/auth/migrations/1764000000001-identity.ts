import { signingKeysTable } from '@berth/platform/signing'
import type { MigrationInterface, QueryRunner } from 'typeorm'

/** Users, tenants, sessions, signing keys, and what slows guessing down. */
export class Identity1764000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE tenants (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        name text NOT NULL CONSTRAINT tenants_name UNIQUE,
        namespace text NOT NULL CONSTRAINT tenants_namespace UNIQUE,
        created_at timestamptz NOT NULL DEFAULT now()
      )`)
    await runner.query(`
      CREATE TABLE users (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        username text NOT NULL CONSTRAINT users_username UNIQUE,
        email text,
        role text NOT NULL CHECK (role IN ('ADMIN', 'OPERATOR', 'USER')),
        password_hash text NOT NULL,
        tenant_id uuid NOT NULL REFERENCES tenants (id),
        created_at timestamptz NOT NULL DEFAULT now()
      )`)
    await runner.query('CREATE INDEX users_tenant ON users (tenant_id)')
    await runner.query(`
      CREATE TABLE sessions (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
        scope text NOT NULL,
        address text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL,
        revoked_at timestamptz
      )`)
    await runner.query('CREATE INDEX sessions_user ON sessions (user_id, address)')
    await runner.query('CREATE INDEX sessions_expiry ON sessions (expires_at)')
    await runner.query(`
      CREATE TABLE refresh_tokens (
        hash bytea PRIMARY KEY,
        session_id uuid NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
        issued_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL,
        used_at timestamptz
      )`)
    await runner.query('CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id)')
    await runner.query('CREATE INDEX refresh_tokens_expiry ON refresh_tokens (expires_at)')
    await runner.query(`
      CREATE TABLE sign_in_attempts (
        key text PRIMARY KEY,
        failures integer NOT NULL,
        last_attempt_at timestamptz NOT NULL,
        blocked_until timestamptz NOT NULL
      )`)
    await runner.query(`
      CREATE TABLE registration_windows (
        address text PRIMARY KEY,
        started_at timestamptz NOT NULL,
        registrations integer NOT NULL
      )`)
    await runner.query(signingKeysTable)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE signing_keys, registration_windows, sign_in_attempts, refresh_tokens, sessions, users, tenants`)
  }
}
