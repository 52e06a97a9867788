/** What a person's SQL may read. None of them holds a path of this machine. */
export const SQL_VIEWS: ReadonlySet<string> = new Set([
  "timeline_event",
  "event_mark",
  "event_tag",
  "event_comment",
  "event_flag",
  "moment_flag",
  "activity",
  "event_activity",
  "clock_offset",
  "record_problem",
  "record_copy",
  "import_note",
]);

/** Functions that make rows of their arguments. */
export const SQL_TABLE_FUNCTIONS: ReadonlySet<string> = new Set(["unnest", "range", "generate_series"]);

/** Functions that compute from their arguments alone: none reads files, settings or the environment. */
export const SQL_FUNCTIONS: ReadonlySet<string> = new Set(
  `
  + - * / // % ^ ** || & | << >> ~ ! !~ ~~ !~~ ~~* !~~* ~~~ @> <@ && ~* -> ->>
  abs acos asin atan atan2 cbrt ceil ceiling cos cot degrees exp floor gcd greatest lcm least ln log log10 log2 mod pi pow
  power radians round sign sin sqrt tan trunc even isnan isinf isfinite hash md5 sha256
  any_value approx_count_distinct approx_quantile arg_max arg_min max_by min_by avg mean bit_and bit_or bit_xor bool_and
  bool_or corr count count_star count_if countif covar_pop covar_samp entropy first histogram kurtosis last list
  array_agg mad max median min mode product quantile quantile_cont quantile_disc skewness stddev stddev_pop stddev_samp
  string_agg group_concat listagg sum sum_no_overflow var_pop var_samp variance
  row_number rank dense_rank percent_rank cume_dist ntile lag lead first_value last_value nth_value
  ascii bar base64 to_base64 from_base64 bin chr concat concat_ws contains damerau_levenshtein ends_with suffix prefix
  starts_with format from_hex to_hex hex unhex hamming instr strpos position jaccard jaro_similarity
  jaro_winkler_similarity lcase lower ucase upper left right length len char_length character_length strlen levenshtein
  like_escape ilike_escape not_like_escape not_ilike_escape lpad rpad ltrim rtrim trim nfc_normalize ord ordinality
  printf regexp_escape regexp_extract regexp_extract_all regexp_full_match regexp_matches regexp_replace
  regexp_split_to_array repeat replace reverse split split_part string_split str_split string_to_array str_split_regex
  string_split_regex strip_accents substr substring substring_grapheme translate unicode url_decode url_encode
  age century date_diff datediff date_part datepart date_sub datesub date_trunc datetrunc day dayname dayofmonth
  dayofweek dayofyear decade epoch epoch_ms epoch_ns epoch_us extract hour isodow isoyear last_day make_date make_time
  make_timestamp make_timestamp_ms make_timestamp_ns microsecond millisecond minute month monthname quarter second
  strftime strptime try_strptime time_bucket timezone to_days to_hours to_minutes to_months to_seconds to_timestamp
  week weekday weekofyear year yearweek to_milliseconds to_microseconds
  array_length cardinality element_at flatten list_aggregate list_append list_apply list_concat list_contains
  list_count list_distinct list_element list_extract list_filter list_has list_has_all list_has_any list_indexof
  list_intersect list_max list_min list_position list_prepend list_reduce list_reverse list_slice list_sort list_sum
  list_transform list_unique list_value list_zip array_to_string array_extract array_slice row struct_extract struct_pack
  map map_keys map_values map_extract map_entries
  coalesce if ifnull nullif isnull error typeof constant_or_null try
  json_extract json_extract_string json_array_length json_keys json_type json_valid to_json
  not and or in between is_distinct_from is_not_distinct_from
  `
    .trim()
    .split(/\s+/),
);
