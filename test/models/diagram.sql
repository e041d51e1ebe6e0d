-- Diagrams of any schema, from what its catalogs say.
BEGIN;
SELECT plan(13);
SET LOCAL client_min_messages = warning;
CREATE SCHEMA "d""s";
SET LOCAL search_path = "d""s", public;
CREATE TABLE site (id int PRIMARY KEY, name varchar(20) UNIQUE, "no of" numeric(10, 2), tags text[], at timestamptz(3));
COMMENT ON COLUMN site.name IS 'The "official" name';
CREATE TABLE "a visit" (id int PRIMARY KEY, site int NOT NULL REFERENCES site, next int REFERENCES "a visit", guide int UNIQUE REFERENCES site);
CREATE TABLE pair (a int, b int, PRIMARY KEY (a, b));
CREATE TABLE half (a int NOT NULL, b int NOT NULL, FOREIGN KEY (a, b) REFERENCES pair);
CREATE TABLE empty ();
CREATE TABLE parts (id int) PARTITION BY LIST (id);
CREATE TABLE part PARTITION OF parts DEFAULT;

SELECT is(quire.diagram('d"s'), $$erDiagram
    "a visit" {
        int4 id PK
        int4 site FK
        int4 next FK
        int4 guide FK, UK
    }
    empty
    half {
        int4 a FK
        int4 b FK
    }
    pair {
        int4 a PK
        int4 b PK
    }
    parts {
        int4 id
    }
    site {
        int4 id PK
        varchar(20) name UK
        numeric(10_2) no_of
        text[] tags
        timestamptz(3) at
    }
    site |o--o| "a visit" : guide
    "a visit" |o--o{ "a visit" : next
    site ||--o{ "a visit" : site
    pair ||--o{ half : "a, b"
$$, 'tables, keys and references; partitions are part of their table');
SELECT is(quire.diagram('d"s', columns => 'none', focus => ARRAY['half']), $$erDiagram
    half
    pair
    pair ||--o{ half : "a, b"
$$, 'tables in focus come with their neighbours');
SELECT is(quire.diagram('d"s', columns => 'keys', focus => ARRAY['site']), $$erDiagram
    "a visit" {
        int4 id PK
        int4 site FK
        int4 next FK
        int4 guide FK, UK
    }
    site {
        int4 id PK
        varchar(20) name UK
    }
    site |o--o| "a visit" : guide
    site ||--o{ "a visit" : site
$$, 'and their references alone');
SELECT matches(quire.diagram('d"s', comments => true), $$name UK "The 'official' name"$$, 'comments are shown when asked for');
SELECT is(quire.diagram('d"s', focus => '{}'), E'erDiagram\n', 'nothing in focus is nothing to show');
SELECT is(quire.diagram(NULL), NULL, 'no schema, no diagram');
SELECT throws_ok($$ SELECT quire.diagram('nowhere') $$, '3F000', 'there is no schema "nowhere"', 'the schema must be there');
SELECT throws_ok($$ SELECT quire.diagram('d"s', 'dot') $$, '22023', NULL, 'the format must be known');
SELECT throws_ok($$ SELECT quire.diagram('d"s', columns => 'some') $$, '22023', NULL, 'so must the detail');
SELECT throws_ok($$ SELECT quire.diagram('d"s', focus => '{sites}') $$, '42P01', 'the schema has no table "sites" to focus on', 'a table in focus must be there');
SELECT throws_ok($$ SELECT quire.diagram('d"s', focus => '{NULL}') $$, '42P01', NULL, 'and not NULL');
SET LOCAL search_path = public;
SELECT is(quire.diagram('d"s', 'mermaid', '{pair}', 'none'), E'erDiagram\n    half\n    pair\n    pair ||--o{ half : "a, b"\n', 'whatever the search_path');
SELECT lives_ok($$ SELECT quire.diagram('pg_catalog', columns => 'none') $$, 'of any schema at all');
SELECT * FROM finish();
ROLLBACK;
