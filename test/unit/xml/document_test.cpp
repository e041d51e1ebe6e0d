// test/unit/xml/document_test.cpp: which texts are documents, and that the host's libxml2 never notices.
#include "core/xml/document.hpp"

#include <gtest/gtest.h>
#include <libxml/parser.h>
#include <libxml/xmlerror.h>

#include <string>
#include <string_view>

namespace quire::xml {
namespace {

using namespace std::literals;
using Kind = ParseFault::Kind;

std::string content(const Document &document)
{
    xmlChar *text = xmlNodeGetContent(xmlDocGetRootElement(document.get()));
    std::string copy = reinterpret_cast<const char *>(text);
    xmlFree(text);
    return copy;
}

void expect_text(std::string_view xml, std::string_view text)
{
    const auto result = parse(xml);
    ASSERT_TRUE(result.ok()) << result.fault().message << " in " << xml.substr(0, 100);
    EXPECT_EQ(content(result.value()), text);
}

void expect_refused(std::string_view xml, Kind kind, int line)
{
    const auto result = parse(xml);
    ASSERT_FALSE(result.ok()) << testing::PrintToString(std::string(xml.substr(0, 100)));
    EXPECT_EQ(result.fault().kind, kind) << result.fault().message;
    EXPECT_EQ(result.fault().line, line) << result.fault().message;
    EXPECT_FALSE(result.fault().message.empty());
    EXPECT_EQ(result.fault().message.find('\n'), std::string::npos) << result.fault().message;
}

std::string nested(int depth)
{
    std::string text;
    for (int i = 0; i < depth; ++i) text += "<a>";
    for (int i = 0; i < depth; ++i) text += "</a>";
    return text;
}

constexpr std::string_view billion_laughs = R"(<?xml version="1.0"?>
<!DOCTYPE lolz [
 <!ENTITY lol "lol">
 <!ENTITY lol1 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">
 <!ENTITY lol2 "&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;">
]>
<lolz>&lol2;</lolz>)";

constexpr std::string_view stolen_file = R"(<?xml version="1.0"?>

<!DOCTYPE data [<!ENTITY file SYSTEM "file:///etc/passwd">]>
<data>&file;</data>)";

TEST(Document, IsReadWithItsTextsAndNamespaces)
{
    const auto result = parse("<data xmlns:o=\"http://openrosa.org/xforms\"><o:meta>a &lt; b &#xE9;</o:meta></data>");
    ASSERT_TRUE(result.ok());
    const xmlNode *root = xmlDocGetRootElement(result.value().get());
    EXPECT_STREQ(reinterpret_cast<const char *>(root->name), "data");
    EXPECT_STREQ(reinterpret_cast<const char *>(root->children->ns->href), "http://openrosa.org/xforms");
    EXPECT_EQ(content(result.value()), "a < b \xC3\xA9");
}

TEST(Document, ADocumentTypeIsRefusedWithItsLine)
{
    expect_refused(billion_laughs, Kind::doctype, 2);
    expect_refused(stolen_file, Kind::doctype, 3);
    expect_refused("<!DOCTYPE html><html/>", Kind::doctype, 1);
    expect_refused("<!-- first -->\n<?then this?>\n<!DOCTYPE a SYSTEM \"http://localhost/a.dtd\"><a/>", Kind::doctype,
                   3);
    expect_refused("<!DOCTYPE a [<!ENTITY % remote SYSTEM \"file:///etc/passwd\"> %remote;]><a/>", Kind::doctype, 1);
}

TEST(Document, WhatOnlyLooksLikeADocumentTypeIsText)
{
    expect_text("<!-- <!DOCTYPE a> --><a><![CDATA[<!DOCTYPE a>]]><?x <!DOCTYPE a>?></a>", "<!DOCTYPE a>");
    expect_text("<a>&lt;!DOCTYPE a></a>", "<!DOCTYPE a>");
}

TEST(Document, NoEntityButTheFiveOfXmlIsKnown)
{
    expect_text("<a>&lt;&gt;&amp;&apos;&quot;</a>", "<>&'\"");
    expect_refused("<a>\n&nbsp;</a>", Kind::ill_formed, 2);
    expect_refused("<a b='&file;'/>", Kind::ill_formed, 1);
}

TEST(Document, AnIllFormedTextIsRefusedWithItsLine)
{
    expect_refused("<a>\n<b>\n</a>", Kind::ill_formed, 3);
    expect_refused("<a>\n", Kind::ill_formed, 2);
    expect_refused("no xml", Kind::ill_formed, 1);
    expect_refused(" \n ", Kind::ill_formed, 2);
    expect_refused("<a/>\n<b/>", Kind::ill_formed, 2);
    expect_refused("<a/>\nmore", Kind::ill_formed, 2);
    expect_refused("<a\nb='1'\nb='2'/>", Kind::ill_formed, 3);
    expect_refused("<a>\n\n&#1;</a>", Kind::ill_formed, 3);
    expect_refused("<a>a & b</a>", Kind::ill_formed, 1);
    expect_refused("\n<?xml version='1.0'?><a/>", Kind::ill_formed, 2);
    expect_refused("<!doctype html>\n<html/>", Kind::ill_formed, 1);
    expect_refused("<a/>\n<!DOCTYPE a>", Kind::ill_formed, 2);
}

TEST(Document, LinesAreCountedBeyondSixteenBits)
{
    expect_refused("<a>" + std::string(99'999, '\n') + "<b></a>", Kind::ill_formed, 100'000);
}

TEST(Document, AnEmptyTextIsRefused)
{
    EXPECT_EQ(parse("").fault().kind, Kind::ill_formed);
    EXPECT_EQ(parse(std::string_view()).fault().kind, Kind::ill_formed);
}

TEST(Document, TheEncodingThatItDeclaresDoesNotMatter)
{
    for (const std::string encoding : {"UTF-8", "utf-8", "ISO-8859-1", "windows-1252", "UTF-16", "UTF-32LE", "US-ASCII",
                                       "Shift_JIS", "EBCDIC-CP-US", "HTML", "x-no-such-encoding"}) {
        // Long ones are read by libxml2 in pieces.
        for (const std::size_t length : {1u, 5'000u, 100'000u}) {
            std::string text;
            while (text.size() < length) text += "\xC3\xA9\xE2\x82\xAC";
            expect_text("<?xml version=\"1.0\" encoding=\"" + encoding + "\"?><a>" + text + "</a>", text);
        }
    }
}

TEST(Document, AByteOrderMarkOfUtf8IsSkippedAndOtherEncodingsAreRefused)
{
    expect_text("\xEF\xBB\xBF<a>b</a>", "b");
    expect_text("\xEF\xBB\xBF<?xml version='1.0' encoding='UTF-16'?><a>b</a>", "b");
    expect_refused("\xFF\xFE<\0a\0/\0>\0"sv, Kind::ill_formed, 1);
    expect_refused("\0<\0a\0/\0>"sv, Kind::ill_formed, 1);
}

TEST(Document, InvalidUtf8IsRefusedWithItsLine)
{
    for (const std::string bytes :
         {"\xFF", "\xC3", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\x80", "\xEF\xBF\xBE"}) {
        SCOPED_TRACE(testing::PrintToString(bytes));
        expect_refused("<a>\n" + bytes + "</a>", Kind::ill_formed, 2);
        expect_refused("<a>\n<b c='" + bytes + "'/></a>", Kind::ill_formed, 2);
        expect_refused("<a>\n<!--" + bytes + "--></a>", Kind::ill_formed, 2);
        expect_refused("<a>\n<![CDATA[" + bytes + "]]></a>", Kind::ill_formed, 2);
        expect_refused("<a>\n" + std::string(20'000, ' ') + bytes + "</a>", Kind::ill_formed, 2);
    }
}

TEST(Document, NoTextHoldsANul)
{
    expect_refused("\0<a/>"sv, Kind::ill_formed, 1);
    expect_refused("<a>\0</a>"sv, Kind::ill_formed, 1);
    expect_refused("<a b='\0'/>"sv, Kind::ill_formed, 1);
    expect_refused("<!--\0--><a/>"sv, Kind::ill_formed, 1);
    expect_refused("<a>&#0;</a>"sv, Kind::ill_formed, 1);
}

TEST(Document, ANulDoesNotHideWhatFollowsIt)
{
    EXPECT_FALSE(parse("<a/>\0"sv).ok());
    EXPECT_FALSE(parse("<a/>\0<b>"sv).ok());
}

TEST(Document, DepthAndSizesAreLimited)
{
    EXPECT_TRUE(parse(nested(256)).ok());
    expect_refused(nested(300), Kind::ill_formed, 1);
    expect_refused(nested(1'000'000), Kind::ill_formed, 1);
    EXPECT_FALSE(parse("<a>" + std::string(11'000'000, 'x') + "</a>").ok());
    EXPECT_FALSE(parse("<a b='" + std::string(11'000'000, 'x') + "'/>").ok());
    // No byte of it is read.
    expect_refused(std::string_view("<a/>", max_document_bytes + 1), Kind::too_large, 0);
}

TEST(Document, WellFormedIsEnough)
{
    EXPECT_TRUE(parse("<a xmlns='my form'/>").ok());
    EXPECT_TRUE(parse("<undeclared:a/>").ok());
}

TEST(Document, AnInclusionIsAnElementLikeAnyOther)
{
    const std::string_view xml =
        "<a xmlns:xi='http://www.w3.org/2001/XInclude'><xi:include parse='text' href='file:///etc/passwd'/></a>";
    expect_text(xml, "");
}

// The host's own use of libxml2, as the server's xml type has one: its handlers stay, and are never called.
class Host : public testing::Test {
protected:
    Host() : loader_(xmlGetExternalEntityLoader())
    {
        xmlSetStructuredErrorFunc(&hits, on_error);
        xmlSetGenericErrorFunc(&hits, on_message);
        xmlSetExternalEntityLoader(load);
        hits = 0;
    }

    ~Host() override
    {
        xmlSetStructuredErrorFunc(nullptr, nullptr);
        xmlSetGenericErrorFunc(nullptr, nullptr);
        xmlSetExternalEntityLoader(loader_);
    }

#if LIBXML_VERSION >= 21200
    static void on_error(void *, const xmlError *)
    {
        ++hits;
    }
#else
    static void on_error(void *, xmlError *)
    {
        ++hits;
    }
#endif
    static void on_message(void *, const char *, ...)
    {
        ++hits;
    }
    static xmlParserInput *load(const char *, const char *, xmlParserCtxt *)
    {
        ++hits;
        return nullptr;
    }

    static inline int hits = 0;

private:
    xmlExternalEntityLoader loader_;
};

TEST_F(Host, ItsHandlersAreNeitherCalledNorReplaced)
{
    const std::string deep = nested(1'000);
    for (std::string_view xml :
         {"<a/>"sv, ""sv, "<a>"sv, "<a>&x;</a>"sv, "<a>\xFF</a>"sv, "<x:a/>"sv, "<a xmlns='relative'/>"sv,
          "<?xml version='1.1'?><a/>"sv, "<?xml version='1.0' encoding='UTF-16'?><a>\xC3\xA9</a>"sv,
          "<?xml version='1.0' encoding='x-none'?><a/>"sv, "\xFF\xFE<\0a\0/\0>\0"sv, billion_laughs, stolen_file,
          "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>"sv, std::string_view(deep)})
        (void)parse(xml);
    EXPECT_EQ(hits, 0);
    EXPECT_EQ(xmlStructuredError, on_error);
    EXPECT_EQ(xmlStructuredErrorContext, &hits);
    EXPECT_EQ(xmlGenericError, on_message);
    EXPECT_EQ(xmlGenericErrorContext, &hits);
    EXPECT_EQ(xmlGetExternalEntityLoader(), load);
}

TEST_F(Host, ItsOwnReadingStillReportsToItAfterwards)
{
    (void)parse("<a>");
    xmlFreeDoc(xmlReadMemory("<a>", 3, nullptr, nullptr, 0));
    EXPECT_GT(hits, 0);
}

}  // namespace
}  // namespace quire::xml
