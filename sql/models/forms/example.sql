-- A project about trees: two forms, people who may fill them in, submissions with what comes of them.
SELECT create_user('ada@example.org', 'the example of ada', 'Ada Lovelace'), create_user('ben@example.org', 'the example of ben', 'Ben Madu');
SELECT assign((SELECT "actorId" FROM users WHERE email = 'ada@example.org'), 'admin', '*');
SELECT create_project('Trees', 'Those of the town, and how they grow');
SELECT assign((SELECT "actorId" FROM users WHERE email = 'ben@example.org'), 'viewer', "acteeId") FROM projects WHERE name = 'Trees';
SELECT login('ada@example.org', 'the example of ada');

SELECT create_form(id, $xml$<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" xmlns:jr="http://openrosa.org/javarosa"
        xmlns:entities="http://www.opendatakit.org/xforms/entities">
  <h:head>
    <h:title>Tree registration</h:title>
    <model entities:entities-version="2024.1.0">
      <instance>
        <data id="tree_registration" version="1">
          <species/><height/><uses/><photo/>
          <meta><instanceID/><audit/><entity dataset="trees" id="" create="1"><label/></entity></meta>
        </data>
      </instance>
      <bind nodeset="/data/species" type="string" required="true()" entities:saveto="species"/>
      <bind nodeset="/data/height" type="decimal" constraint=". &gt; 0 and . &lt; 120" jr:constraintMsg="No tree is that tall." entities:saveto="height"/>
      <bind nodeset="/data/uses" type="string"/>
      <bind nodeset="/data/photo" type="binary"/>
      <bind nodeset="/data/meta/instanceID" type="string" jr:preload="uid"/>
      <bind nodeset="/data/meta/audit" type="binary"/>
      <bind nodeset="/data/meta/entity/@id" type="string"/>
      <bind nodeset="/data/meta/entity/label" type="string"/>
    </model>
  </h:head>
  <h:body>
    <input ref="/data/species"><label>Which species is it?</label></input>
    <input ref="/data/height"><label>How tall is it, in metres?</label></input>
    <select ref="/data/uses"><label>What is it used for?</label>
      <item><label>Shade</label><value>shade</value></item>
      <item><label>Fruit</label><value>fruit</value></item>
      <item><label>Timber</label><value>timber</value></item>
    </select>
    <upload ref="/data/photo" mediatype="image/*"><label>A photo</label></upload>
  </h:body>
</h:html>$xml$) FROM projects WHERE name = 'Trees';
SELECT publish_form(id) FROM forms WHERE "xmlFormId" = 'tree_registration';
SELECT create_form(id, $xml$<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" xmlns:jr="http://openrosa.org/javarosa"
        xmlns:entities="http://www.opendatakit.org/xforms/entities">
  <h:head>
    <h:title>Tree visit</h:title>
    <model entities:entities-version="2024.1.0">
      <instance>
        <data id="tree_visit" version="1">
          <tree/><height/>
          <meta><instanceID/><entity dataset="trees" id="" update="1" baseVersion="" trunkVersion="" branchId=""><label/></entity></meta>
        </data>
      </instance>
      <instance id="trees" src="jr://file-csv/trees.csv"/>
      <bind nodeset="/data/tree" type="string"/>
      <bind nodeset="/data/height" type="decimal" entities:saveto="height"/>
      <bind nodeset="/data/meta/instanceID" type="string" jr:preload="uid"/>
      <bind nodeset="/data/meta/entity/label" type="string"/>
    </model>
  </h:head>
  <h:body>
    <select1 ref="/data/tree"><label>Which tree?</label>
      <itemset nodeset="instance('trees')/root/item"><value ref="name"/><label ref="label"/></itemset>
    </select1>
    <input ref="/data/height"><label>How tall is it now?</label></input>
  </h:body>
</h:html>$xml$, true) FROM projects WHERE name = 'Trees';
-- The next version is on its way.
SELECT create_draft(f.id, replace(d.xml, 'version="1"', 'version="2"')) FROM forms AS f JOIN form_defs AS d ON d.id = f."currentDefId"
WHERE f."xmlFormId" = 'tree_visit';

-- Who fills them in: a device, and anybody who has the link.
SELECT create_field_key(id, 'Tablet 1', (SELECT "actorId" FROM users WHERE email = 'ada@example.org')) FROM projects WHERE name = 'Trees';
SELECT assign("actorId", 'app-user', f."acteeId") FROM field_keys, forms AS f;
SELECT set_actor_property("actorId", 'species', 'Quercus robur') FROM field_keys;
INSERT INTO dataset_access_filters ("datasetId", "datasetPropertyId", "actorPropertyId")
SELECT d."datasetId", d.id, a.id FROM ds_properties AS d JOIN actor_properties AS a ON a.name = d.name;
SELECT create_public_link(id, 'At the town hall', created_by => (SELECT "actorId" FROM users WHERE email = 'ada@example.org')) FROM forms WHERE "xmlFormId" = 'tree_registration';

INSERT INTO submission_defs ("submitterId", xml)
SELECT "actorId", xml FROM field_keys, (VALUES
('<data id="tree_registration" version="1"><species>Quercus robur</species><height>21.5</height><uses>shade timber</uses><photo>oak.jpg</photo>
  <meta><instanceID>uuid:6b1cd97e-5c19-4c0e-8d1c-0f6b5b0a0001</instanceID><audit>audit.csv</audit>
    <entity dataset="trees" id="5a2f8f5e-2a6f-4c39-9f6b-7c0c3a1d0001" create="1"><label>The oak at the mill</label></entity></meta></data>'),
('<data id="tree_registration" version="1"><species>Malus domestica</species><height>140</height><uses>fruit</uses><photo/>
  <meta><instanceID>uuid:6b1cd97e-5c19-4c0e-8d1c-0f6b5b0a0002</instanceID><audit/>
    <entity dataset="trees" id="5a2f8f5e-2a6f-4c39-9f6b-7c0c3a1d0002" create="1"><label>An apple tree</label></entity></meta></data>')) AS s(xml);
SELECT attach(id, 'oak.jpg', '\x89504e470d0a1a0a', 'image/png'), attach(id, 'audit.csv', convert_to(E'event,node,start,end\nform start,,1700000000000,\n'
    'question,/data/species,1700000000500,1700000004000\nform exit,,1700000009000,\n', 'UTF8'), 'text/csv')
FROM submission_defs WHERE "instanceId" = 'uuid:6b1cd97e-5c19-4c0e-8d1c-0f6b5b0a0001';
-- Two updates that were made of the same version, and one made offline whose predecessor has not arrived.
INSERT INTO submission_defs ("submitterId", xml)
SELECT "actorId", format('<data id="tree_visit" version="1"><tree>5a2f8f5e-2a6f-4c39-9f6b-7c0c3a1d0001</tree><height>%s</height>
  <meta><instanceID>uuid:%s</instanceID><entity dataset="trees" id="5a2f8f5e-2a6f-4c39-9f6b-7c0c3a1d0001" update="1" baseVersion="%s"
    trunkVersion="" branchId="%s"><label/></entity></meta></data>', height, instance, base, branch)
FROM field_keys, (VALUES (22.0, 'visit-1', 1, ''), (22.5, 'visit-2', 1, ''), (23.0, 'visit-4', 3, '9d2f8f5e-2a6f-4c39-9f6b-7c0c3a1d0009'))
    AS v(height, instance, base, branch);

SELECT review("submissionId", 'hasIssues') FROM submission_defs WHERE "instanceId" = 'uuid:6b1cd97e-5c19-4c0e-8d1c-0f6b5b0a0002';
INSERT INTO comments ("submissionId", "actorId", body)
SELECT "submissionId", (SELECT "actorId" FROM users WHERE email = 'ada@example.org'), 'That is a very tall apple tree.' FROM submission_defs
WHERE "instanceId" = 'uuid:6b1cd97e-5c19-4c0e-8d1c-0f6b5b0a0002';
INSERT INTO submission_defs ("submitterId", xml)
SELECT "submitterId", replace(replace(xml, '<height>140<', '<height>4.0<'), '<instanceID>uuid:6b1cd97e-5c19-4c0e-8d1c-0f6b5b0a0002</instanceID>',
    '<instanceID>uuid:6b1cd97e-5c19-4c0e-8d1c-0f6b5b0a0003</instanceID><deprecatedID>uuid:6b1cd97e-5c19-4c0e-8d1c-0f6b5b0a0002</deprecatedID>')
FROM submission_defs WHERE "instanceId" = 'uuid:6b1cd97e-5c19-4c0e-8d1c-0f6b5b0a0002';
SELECT update_entity('5a2f8f5e-2a6f-4c39-9f6b-7c0c3a1d0002', data => '{"height": "4.0"}', base_version => 1);
SELECT set_preference("actorId", 'projectSortMode', '"alphabetical"'), set_preference("actorId", 'formTrashCollapsed', 'true', (SELECT id FROM projects WHERE name = 'Trees'))
FROM users WHERE email = 'ada@example.org';
SELECT configure('analytics', '{"enabled": false}');
INSERT INTO keys (public, managed, hint) VALUES ('MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA', true, 'the tree that we climbed');
-- A tree that never was, gone for good.
WITH made AS (
    INSERT INTO entities (uuid, "datasetId", "creatorId")
    SELECT '5a2f8f5e-2a6f-4c39-9f6b-7c0c3a1d0003', d.id, u."actorId" FROM datasets AS d, users AS u
    WHERE d.name = 'trees' AND u.email = 'ada@example.org' RETURNING *)
INSERT INTO entity_defs ("entityId", data, label, "creatorId") SELECT id, '{}', 'A mistake', "creatorId" FROM made;
SELECT delete_entity('5a2f8f5e-2a6f-4c39-9f6b-7c0c3a1d0003');
SELECT purge_entities('0', '{5a2f8f5e-2a6f-4c39-9f6b-7c0c3a1d0003}');
