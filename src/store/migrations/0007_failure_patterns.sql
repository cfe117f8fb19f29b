-- What the analysis of failures goes by.

-- What messages of one kind have in common: links, ids, quotes and numbers are taken out of them.
create function failure_pattern(p_message text) returns text language sql immutable parallel safe as $$
  select left(
    regexp_replace(
      regexp_replace(
        regexp_replace(
          regexp_replace(
            regexp_replace(
              regexp_replace(left(p_message, 1000), '[a-z][a-z0-9+.-]*://[^[:space:]"''<>)]+', '<url>', 'gi'),
              '"[^"]*"|“[^”]*”|«[^»]*»|`[^`]*`|(?<![[:alnum:]])''[^'']*''(?![[:alnum:]])', '<text>', 'g'),
            '\m[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\M', '<id>', 'gi'),
          '\m[a-z]{2,10}_[0-9a-z]*[0-9][0-9a-z]*\M', '<id>', 'gi'),
        '\m(?=[0-9a-f]*[0-9])[0-9a-f]{8,}\M', '<id>', 'gi'),
      '[0-9]+([.,:][0-9]+)*', '<n>', 'g'),
    300)
$$;
