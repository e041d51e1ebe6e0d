// src/core/logic/function_bodies.hpp: what functions do, by what they are about; functions.cpp names them.
#pragma once
#include "core/logic/evaluator.hpp"
#include "core/logic/functions.hpp"

namespace quire::logic::bodies {

#define QUIRE_XPATH(name) Value name(Evaluator &, const Op &, const Context &)

// functions_text.cpp
QUIRE_XPATH(string);
QUIRE_XPATH(concat);
QUIRE_XPATH(join);
QUIRE_XPATH(substr);
QUIRE_XPATH(substring);
QUIRE_XPATH(substring_before);
QUIRE_XPATH(substring_after);
QUIRE_XPATH(contains);
QUIRE_XPATH(starts_with);
QUIRE_XPATH(ends_with);
QUIRE_XPATH(translate);
QUIRE_XPATH(string_length);
QUIRE_XPATH(normalize_space);
QUIRE_XPATH(regex);
QUIRE_XPATH(uuid);
QUIRE_XPATH(itext);
QUIRE_XPATH(choice_name);
QUIRE_XPATH(version);
QUIRE_XPATH(property);

// functions_digest.cpp
QUIRE_XPATH(digest);
QUIRE_XPATH(base64_decode);
QUIRE_XPATH(extract_signed);

// functions_choice.cpp
QUIRE_XPATH(choose);
QUIRE_XPATH(coalesce);
QUIRE_XPATH(once);
QUIRE_XPATH(yes);
QUIRE_XPATH(no);
QUIRE_XPATH(negation);
QUIRE_XPATH(boolean);
QUIRE_XPATH(boolean_from_string);
QUIRE_XPATH(checklist);
QUIRE_XPATH(weighted_checklist);
QUIRE_XPATH(depend);
QUIRE_XPATH(selected);
QUIRE_XPATH(selected_at);
QUIRE_XPATH(count_selected);

// functions_number.cpp
QUIRE_XPATH(number);
QUIRE_XPATH(integer);
QUIRE_XPATH(round);
QUIRE_XPATH(floor);
QUIRE_XPATH(ceiling);
QUIRE_XPATH(abs);
QUIRE_XPATH(sqrt);
QUIRE_XPATH(exp);
QUIRE_XPATH(exp10);
QUIRE_XPATH(log);
QUIRE_XPATH(log10);
QUIRE_XPATH(sin);
QUIRE_XPATH(cos);
QUIRE_XPATH(tan);
QUIRE_XPATH(asin);
QUIRE_XPATH(acos);
QUIRE_XPATH(atan);
QUIRE_XPATH(atan2);
QUIRE_XPATH(pow);
QUIRE_XPATH(pi);
QUIRE_XPATH(min);
QUIRE_XPATH(max);
QUIRE_XPATH(sum);
QUIRE_XPATH(random);

// functions_nodes.cpp
QUIRE_XPATH(count);
QUIRE_XPATH(count_non_empty);
QUIRE_XPATH(instance);
QUIRE_XPATH(current);
QUIRE_XPATH(position);
QUIRE_XPATH(last);
QUIRE_XPATH(id);
QUIRE_XPATH(lang);
QUIRE_XPATH(name);
QUIRE_XPATH(local_name);
QUIRE_XPATH(namespace_uri);
QUIRE_XPATH(indexed_repeat);
QUIRE_XPATH(randomize);
QUIRE_XPATH(pulldata);

// functions_time.cpp
QUIRE_XPATH(today);
QUIRE_XPATH(now);
QUIRE_XPATH(date);
QUIRE_XPATH(date_time);
QUIRE_XPATH(decimal_date_time);
QUIRE_XPATH(decimal_time);
QUIRE_XPATH(format_date);

// functions_geo.cpp
QUIRE_XPATH(distance);
QUIRE_XPATH(area);
QUIRE_XPATH(geofence);

#undef QUIRE_XPATH

}  // namespace quire::logic::bodies
