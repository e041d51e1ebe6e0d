// test/unit/logic/functions_text_test.cpp: functions of texts, and digests of them.
#include <gtest/gtest.h>

#include "unit/logic/evaluate.hpp"

namespace quire::logic {
namespace {

TEST(TextFunctions, PutTextsTogether)
{
    expect({{"concat()", "\"\""},
            {"concat('a', 1, true())", "\"a1true\""},
            {"concat(n, e, 'x')", "\"7x\""},
            {"concat(rep/a)", "\"123\""},
            {"concat(rep/a, '!')", fails, "\"123!\""},
            {"join(',')", "\"\""},
            {"join(', ', 'a', 'b', '')", "\"a, b, \""},
            {"join('-', rep/b)", "\"x--z\""},
            {"join('-', rep/a, n)", fails, "\"1-2-3-7\""},
            {"join(n, 'a', 'b')", "\"a7b\""},
            {"join(',', zz)", "\"\""}});
}

TEST(TextFunctions, CutTexts)
{
    expect({{"substr('hello', 1)", "\"ello\""},
            {"substr('hello', 1, 3)", "\"el\""},
            {"substr('hello', -2)", "\"lo\""},
            {"substr('hello', 0, -1)", "\"hell\""},
            {"substr('hello', 3, 1)", "\"\""},
            {"substr('hello', -9, 99)", "\"hello\""},
            {"substr('hello', 5)", "\"\""},
            {"substr('', 0, 1)", "\"\""},
            {"substring('hello', 2)", "\"ello\""},
            {"substring('hello', 2, 3)", "\"ell\""},
            {"substring('hello', 0)", "\"hello\""},
            {"substring('hello', 0, 3)", "\"he\""},
            {"substring('12345', 1.5, 2.6)", "\"234\""},
            {"substring('12345', 0 div 0, 3)", "\"\""},
            {"substring('12345', 1, 0 div 0)", "\"\""},
            {"substring('12345', -42, 1 div 0)", "\"12345\""},
            {"substring('12345', -1 div 0)", "\"12345\""},
            {"substring-before('2024/05', '/')", "\"2024\""},
            {"substring-before('abc', 'z')", "\"\""},
            {"substring-before('abc', '')", "\"\""},
            {"substring-after('2024/05', '/')", "\"05\""},
            {"substring-after('abc', 'z')", "\"\""},
            {"substring-after('abc', '')", "\"abc\""}});
}

TEST(TextFunctions, CountUnitsOfUtf16AsClientsDo)
{
    // One letter of two bytes, one character beyond the basic plane.
    expect({{"string-length('h\xC3\xA9llo')", "5"},
            {"string-length('a\xF0\x9F\x98\x80z')", "4"},
            {"string-length('')", "0"},
            {"string-length()", "54"},
            {"string-length(n)", "1"},
            {"substr('a\xF0\x9F\x98\x80z', 3)", "\"z\""},
            {"substr('h\xC3\xA9llo', 1, 2)", "\"\xC3\xA9\""},
            {"substring('h\xC3\xA9llo', 3)", "\"llo\""}});
}

TEST(TextFunctions, LookIntoTexts)
{
    expect({{"contains('abc', 'b')", "true"},
            {"contains('abc', '')", "true"},
            {"contains('', 'a')", "false"},
            {"starts-with('abc', 'ab')", "true"},
            {"starts-with('abc', '')", "true"},
            {"starts-with('a', 'ab')", "false"},
            {"ends-with('abc', 'bc')", "true"},
            {"ends-with('abc', '')", "true"},
            {"ends-with('c', 'bc')", "false"},
            {"contains(s, n)", "false"}});
}

TEST(TextFunctions, ReplaceCharacters)
{
    expect({{"translate('bar', 'abc', 'ABC')", "\"BAr\""},
            {"translate('--aaa--', 'a-', 'A')", "\"AAA\""},
            {"translate('aba', 'aa', 'xy')", "\"xbx\""},
            {"translate('h\xC3\xA9', '\xC3\xA9', 'e')", "\"he\""},
            {"translate('e', 'e', '\xF0\x9F\x98\x80')", "\"\xF0\x9F\x98\x80\""},
            {"translate('', 'a', 'b')", "\"\""},
            {"normalize-space('  a \n\t b  ')", "\"a b\""},
            {"normalize-space('')", "\"\""},
            {"normalize-space('\xC2\xA0')", "\"\xC2\xA0\""},
            {"normalize-space(s)", "\"a b c\""}});
}

TEST(TextFunctions, SearchWithPatternsWhereJavaRosaMatchesThem)
{
    expect({{"regex('abc123', '[0-9]+')", "false", "true"},
            {"regex('123', '[0-9]+')", "true"},
            {"regex('abc123', '^[a-z]+[0-9]+$')", "true"},
            {"regex('', '.')", "false"},
            {"regex(n, '\\d')", "true"},
            {"regex('x', '(')", fails},
            {"regex('x', '(a)\\1')", fails}});
}

TEST(TextFunctions, Digest)
{
    expect({{"digest('abc', 'MD5', 'hex')", "\"900150983cd24fb0d6963f7d28e17f72\""},
            {"digest('abc', 'SHA-1', 'hex')", "\"a9993e364706816aba3e25717850c26c9cd0d89d\""},
            {"digest('abc', 'SHA-256')", "\"ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=\""},
            {"digest('abc', 'SHA-256', 'base64')", "\"ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=\""},
            {"digest('', 'MD5', 'hex')", "\"d41d8cd98f00b204e9800998ecf8427e\""},
            {"digest('\xC3\xA9', 'MD5', 'hex')", "\"66ddcd97cfdeabb2f6fb8a999b4bc76f\""},
            {"digest('abc', 'sha1', 'HEX')", "\"a9993e364706816aba3e25717850c26c9cd0d89d\"", fails},
            {"string-length(digest('abc', 'SHA-384', 'hex'))", "96"},
            {"string-length(digest('abc', 'SHA-512', 'hex'))", "128"},
            {"digest('abc', 'CRC32')", fails},
            {"digest('abc', 'MD5', 'octal')", fails}});
}

TEST(TextFunctions, ReadBase64)
{
    expect({{"base64-decode('aGVsbG8=')", "\"hello\""},
            {"base64-decode('aGVsbG8')", "\"hello\""},
            {"base64-decode(' aGVs bG8= ')", "\"hello\""},
            {"base64-decode('')", "\"\""},
            {"base64-decode('?')", "\"\""},
            {"base64-decode('/w==')", "\"\""}});
}

// The first vectors of RFC 8032: an empty message, and one of a byte.
TEST(TextFunctions, BelieveWhatIsSigned)
{
    Place place;
    place.document =
        "<d><key>PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=</key>"
        "<signed>kqAJqfDUyrhyDoILX2QlQKKyexV5UDf4sPtbNPAmXrUQkNWXfHHm0+ufdPAcrMjVMf8dMCEbmUwOMQnHrLCBDHI=</signed></d>";
    place.node = "/d";
    // The signature is not that of the vector: what does not verify is nothing.
    expect(place, {{"extract-signed(signed, key)", "\"\""},
                   {"extract-signed('', key)", "\"\""},
                   {"extract-signed(signed, '')", "\"\""},
                   {"extract-signed('x', 'y')", "\"\""}});
}

TEST(TextFunctions, MakeUuids)
{
    expect({{"regex(uuid(), '^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$')", "true"},
            {"uuid() = uuid()", "false"},
            {"string-length(uuid(12))", "12"},
            {"uuid(0)", "\"\""},
            {"uuid(-1)", "\"\""},
            {"uuid(1000000)", fails},
            {"uuid('x')", fails}});
}

TEST(TextFunctions, KnowTheFormAndItsClient)
{
    Place place;
    place.options.properties = {{"deviceid", "collect:1"}};
    expect(place, {{"property('deviceid')", "\"collect:1\""},
                   {"property('email')", "\"\""},
                   {"version()", "\"\""},
                   {"jr:itext('x')", fails, "\"\""},
                   {"jr:choice-name('a', '/data/s')", "\"\""}});
}

}  // namespace
}  // namespace quire::logic
