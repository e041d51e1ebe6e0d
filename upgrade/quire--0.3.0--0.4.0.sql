-- quire 0.3.0 to 0.4.0: the models' steps are in the library.

SET LOCAL search_path TO pg_catalog, pg_temp;

COMMENT ON FUNCTION quire.trim_feed(pg_catalog.text, pg_catalog.interval, pg_catalog.bool) IS
    'Removes events that all consumers have acknowledged, or with force, whoever has read them; with an interval, of those only the older ones. The last ones go one by one, many by whole partitions; gives back how many.';
