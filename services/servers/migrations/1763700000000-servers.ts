import { signingKeysTable } from '@berth/platform/signing'
import type { MigrationInterface, QueryRunner } from 'typeorm'

export class Servers1763700000000 implements MigrationInterface {
  name = 'Servers1763700000000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE tenants (
        id uuid PRIMARY KEY,
        namespace text NOT NULL,
        version bigint NOT NULL DEFAULT 0,
        swept_version bigint NOT NULL DEFAULT 0
      )`)
    await runner.query(`
      CREATE TABLE servers (
        id uuid PRIMARY KEY,
        tenant_id uuid NOT NULL REFERENCES tenants ON DELETE RESTRICT,
        namespace text NOT NULL,
        name text NOT NULL,
        model_id uuid NOT NULL,
        model_version_id uuid NOT NULL,
        model_name text NOT NULL,
        runtime jsonb NOT NULL,
        context_defaulted boolean NOT NULL,
        replicas int NOT NULL CHECK (replicas >= 0),
        memory_request bigint NOT NULL,
        file jsonb,
        desired text NOT NULL CHECK (desired IN ('RUNNING', 'STOPPED', 'DELETED')),
        generation int NOT NULL,
        settled_generation int NOT NULL CHECK (settled_generation <= generation),
        resource_generation bigint,
        observed jsonb,
        status text NOT NULL CHECK (status IN
          ('PENDING', 'RETRIEVING', 'STARTING', 'READY', 'DEGRADED', 'STOPPED', 'FAILED', 'DELETING')),
        message text,
        ready_replicas int NOT NULL,
        pods jsonb NOT NULL,
        memory_bytes bigint,
        max_memory_bytes bigint,
        cpu_cores double precision,
        usage_at timestamptz,
        created_at timestamptz NOT NULL,
        started_at timestamptz,
        updated_at timestamptz NOT NULL,
        version bigint NOT NULL,
        created_version bigint NOT NULL,
        deleted_at timestamptz
      )`)
    await runner.query(
      'CREATE UNIQUE INDEX servers_tenant_name ON servers (tenant_id, name) WHERE deleted_at IS NULL',
    )
    await runner.query('CREATE UNIQUE INDEX servers_tenant_version ON servers (tenant_id, version)')
    await runner.query(
      'CREATE INDEX servers_tenant_newest ON servers (tenant_id, created_at DESC, id DESC) WHERE deleted_at IS NULL',
    )
    await runner.query(
      'CREATE INDEX servers_model_version ON servers (model_version_id) WHERE deleted_at IS NULL',
    )
    await runner.query('CREATE INDEX servers_in_flight ON servers (id) WHERE settled_generation < generation')
    await runner.query('CREATE INDEX servers_tombstones ON servers (deleted_at) WHERE deleted_at IS NOT NULL')
    await runner.query(`
      CREATE TABLE audit_events (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        tenant_id uuid NOT NULL,
        actor text NOT NULL,
        action text NOT NULL,
        server_id uuid NOT NULL,
        detail jsonb NOT NULL,
        at timestamptz NOT NULL DEFAULT now()
      )`)
    await runner.query('CREATE INDEX audit_events_server ON audit_events (server_id, at)')
    await runner.query(signingKeysTable)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE signing_keys, audit_events, servers, tenants')
  }
}
