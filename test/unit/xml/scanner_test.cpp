// test/unit/xml/scanner_test.cpp: what the scanner tells of a document, and what it takes for none.
#include "core/xml/scanner.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "core/xml/document.hpp"

namespace quire::xml {
namespace {

using namespace std::literals;

// Writes down what it is told: <name attributes>, texts, </>.
struct Transcript {
    std::string text_so_far;

    void open(const Tag &tag)
    {
        text_so_far.append("<").append(tag.local_name());
        for (Attributes all(tag); all.next();)
            text_so_far.append(" ").append(all.name()).append("=").append(all.value());
        text_so_far += '>';
    }
    void text(std::string_view raw, Piece piece) { append_decoded(text_so_far, raw, piece); }
    void close() { text_so_far += "</>"; }
};

void expect_document(std::string_view xml, std::string_view told)
{
    Transcript transcript;
    const auto fault = scan(xml, transcript, never);
    ASSERT_FALSE(fault) << fault->message << " at " << fault->at << " in " << xml.substr(0, 80);
    EXPECT_EQ(transcript.text_so_far, told);
}

void expect_fault(std::string_view xml, int line = 1, ScanFault::Kind kind = ScanFault::Kind::ill_formed)
{
    Transcript transcript;
    const auto fault = scan(xml, transcript, never);
    ASSERT_TRUE(fault) << xml.substr(0, 80);
    EXPECT_EQ(fault->kind, kind) << xml.substr(0, 80);
    EXPECT_EQ(line_at(xml, fault->at), line) << fault->message << " in " << xml.substr(0, 80);
    EXPECT_NE(std::string(fault->message), "");
}

TEST(Scanner, TellsElementsAndTheirTexts)
{
    expect_document("<a/>", "<a></>");
    expect_document("<a><b>one</b> two <b/></a>", "<a><b>one</> two <b></></>");
    expect_document("<a>no markup for a good while, so that the long way is taken</a >",
                    "<a>no markup for a good while, so that the long way is taken</>");
}

TEST(Scanner, CutsPrefixesAtTheFirstColonWithSomethingOnBothSides)
{
    expect_document("<h:a><b:c:d/><:e/><f:/></h:a>", "<a><c:d></><:e></><f:></></>");
}

TEST(Scanner, TellsAttributesInTheirOrder)
{
    expect_document("<a x='1' y = \"2\"\n z=''/>", "<a x=1 y=2 z=></>");
    expect_document("<a x='a/b>c'>t</a>", "<a x=a/b>c>t</>");
    expect_document("<a x='&lt;&#65;&#x42; \t\n'/>", "<a x=<AB   ></>");
    const Tag tag{"a", " x='1' p:y='2'", 0};
    EXPECT_EQ(attribute(tag, "p:y"), "2");
    EXPECT_EQ(attribute(tag, "y"), std::nullopt);
}

TEST(Scanner, JoinsTextAcrossReferencesSectionsAndComments)
{
    expect_document("<a>1&#50;3</a>", "<a>123</>");
    expect_document("<a>&amp;&lt;&gt;&quot;&apos;&#x20AC;</a>", "<a>&<>\"'€</>");
    expect_document("<a>x<![CDATA[<y> & ]]]]>z</a>", "<a>x<y> & ]]z</>");
    expect_document("<a>x<!-- no -->y<?no ?>z</a>", "<a>xyz</>");
}

TEST(Scanner, MakesLineFeedsOfAllLineEnds)
{
    expect_document("<a>1\r\n2\r3\n4</a>", "<a>1\n2\n3\n4</>");
    expect_document("<a><![CDATA[1\r\n2]]></a>", "<a>1\n2</>");
    expect_document("<a>1&#13;2</a>", "<a>1\r2</>");
}

TEST(Scanner, PassesOverWhatStandsAroundTheRoot)
{
    expect_document("\xEF\xBB\xBF<?xml version='1.0' encoding=\"latin1\"?><!-- x --><?y z?>\n<a/>\n<!-- end -->",
                    "<a></>");
    expect_document("\n  <?xml version=\"1.0\"?><a/>", "<a></>");
}

TEST(Scanner, KnowsNamesBeyondAscii)
{
    expect_document("<ünï><a·/><日本/></ünï>", "<ünï><a·></><日本></></>");
    expect_fault("<·a/>");
    expect_fault("<a×/>");
}

TEST(Scanner, RefusesWhatIsNoDocument)
{
    for (const auto xml : {""sv,
                           " "sv,
                           "a"sv,
                           "<"sv,
                           "<a"sv,
                           "<a>"sv,
                           "<a></b>"sv,
                           "<a></a"sv,
                           "<a></ab>"sv,
                           "</a>"sv,
                           "<a/><b/>"sv,
                           "<a/>x"sv,
                           "x<a/>"sv,
                           "<1/>"sv,
                           "< a/>"sv,
                           "<a b/>"sv,
                           "<a b=c/>"sv,
                           "<a b='1' b='2'/>"sv,
                           "<a b='1'c='2'/>"sv,
                           "<a b='<'/>"sv,
                           "<a b='1/>"sv,
                           "<a / >"sv,
                           "<a ?>"sv,
                           "<a>&</a>"sv,
                           "<a>&nbsp;</a>"sv,
                           "<a>&#0;</a>"sv,
                           "<a>&#xD800;</a>"sv,
                           "<a>&#1114112;</a>"sv,
                           "<a>&#x;</a>"sv,
                           "<a>]]></a>"sv,
                           "<a>\x01</a>"sv,
                           "<a>\0</a>"sv,
                           "<a>\xEF\xBF\xBE</a>"sv,
                           "<a><!-- -- --></a>"sv,
                           "<a><!-- </a>"sv,
                           "<a><![CDATA[x</a>"sv,
                           "<a><?xml?></a>"sv,
                           "<a><??></a>"sv,
                           "<?xml?><a/>"sv,
                           "<?xml version='2.0'?><a/>"sv,
                           "<?xml encoding='x' version='1.0'?><a/>"sv,
                           "<?xml version='1.0' standalone='maybe'?><a/>"sv,
                           "<a/><?xml version='1.0'?>"sv,
                           "<a><!x></a>"sv})
        expect_fault(xml);
    EXPECT_EQ(line_at("<a>\n\n<b></a>", 10), 3);
    expect_fault("<a>\n\n<b></a>", 3);
}

TEST(Scanner, RefusesADocumentTypeInWordsOfItsOwn)
{
    expect_fault("<!DOCTYPE a><a/>", 1, ScanFault::Kind::doctype);
    expect_fault("<?xml version='1.0'?>\n<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", 2, ScanFault::Kind::doctype);
}

TEST(Scanner, FindsAnAttributeThatComesTwiceAmongMany)
{
    std::string xml = "<a";
    for (int i = 0; i < 40; ++i) xml += " n" + std::to_string(i) + "=''";
    Transcript transcript;
    EXPECT_FALSE(scan(xml + "/>", transcript, never));
    expect_fault(xml + " n7=''/>");
}

TEST(Scanner, RefusesElementsDeeperThanItsLimit)
{
    const auto nested = [](std::size_t depth) {
        std::string xml;
        for (std::size_t i = 0; i < depth; ++i) xml += "<a>";
        for (std::size_t i = 0; i < depth; ++i) xml += "</a>";
        return xml;
    };
    Transcript transcript;
    EXPECT_FALSE(scan(nested(max_depth), transcript, never));
    expect_fault(nested(max_depth + 1));
}

TEST(Scanner, ReadsNothingAfterTheEndOfItsText)
{
    const std::string xml = "<data><a b='c'>text &amp; more</a><!-- x --><![CDATA[y]]></data>";
    for (std::size_t n = 0; n < xml.size(); ++n) {
        const std::string cut(xml.data(), n);
        Transcript transcript;
        EXPECT_TRUE(scan(std::string_view(cut), transcript, never)) << cut;
    }
}

TEST(Scanner, IsInterruptedByWhatItsHostThrows)
{
    std::string xml = "<a>";
    for (int i = 0; i < 10'000; ++i) xml += "<b/>";
    Transcript transcript;
    EXPECT_THROW(scan(xml + "</a>", transcript, [] { throw std::runtime_error("cancelled"); }), std::runtime_error);
}

}  // namespace
}  // namespace quire::xml
