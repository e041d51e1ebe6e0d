// test/unit/logic/lexer_test.cpp: the words of expressions, told apart as XPath 1.0 section 3.7 says.
#include "core/logic/lexer.hpp"

#include <gtest/gtest.h>

#include <string>

namespace quire::logic {
namespace {

// Words between blanks, each after a letter for its kind; a fault by its place.
std::string words(std::string_view source)
{
    Lexer lexer(source);
    std::string all;
    for (Token token = lexer.next(); token.kind != Token::Kind::end; token = lexer.next()) {
        if (!all.empty()) all += ' ';
        switch (token.kind) {
            case Token::Kind::number: all += '#'; break;
            case Token::Kind::literal: all += '"'; break;
            case Token::Kind::name: all += '~'; break;
            case Token::Kind::wildcard: all += '*'; break;
            default: break;
        }
        all += token.text;
    }
    return lexer.fault() ? all + " !" + std::to_string(lexer.fault()->at) : all;
}

TEST(Lexer, TellsOperatorsFromNames)
{
    EXPECT_EQ(words("div div div"), "~div div ~div");
    EXPECT_EQ(words("* * *"), "** * **");
    EXPECT_EQ(words("and and and or or"), "~and and ~and or ~or");
    EXPECT_EQ(words("mod(mod)mod"), "~mod ( ~mod ) mod");
    EXPECT_EQ(words("@div div ../mod"), "@ ~div div .. / ~mod");
    EXPECT_EQ(words("/div[. mod 2]"), "/ ~div [ . mod #2 ]");
    EXPECT_EQ(words("a, or"), "~a , ~or");
}

TEST(Lexer, NeedsNoBlanksWhereNothingIsAmbiguous)
{
    EXPECT_EQ(words("4div 2"), "#4 div #2");
    EXPECT_EQ(words("4div2"), "#4 div #2");
    EXPECT_EQ(words("4*2-1"), "#4 * #2 - #1");
    EXPECT_EQ(words(".div 2"), ". div #2");
    EXPECT_EQ(words(".div."), ". ~div.") << "a name may end with a point";
    EXPECT_EQ(words("a<=b!=c>=d"), "~a <= ~b != ~c >= ~d");
    EXPECT_EQ(words("(a)and(b)"), "( ~a ) and ( ~b )");
    EXPECT_EQ(words("'a'or\"b\""), "\"a or \"b");
}

TEST(Lexer, KeepsHyphensAndPointsInNames)
{
    EXPECT_EQ(words("a-1"), "~a-1");
    EXPECT_EQ(words("a -1"), "~a - #1");
    EXPECT_EQ(words("a.b-c_d"), "~a.b-c_d");
    EXPECT_EQ(words("../q.1.x"), ".. / ~q.1.x");
    EXPECT_EQ(words("n\xC3\xA9-\xE6\x97\xA5"), "~n\xC3\xA9-\xE6\x97\xA5");
    EXPECT_EQ(words("_x"), "~_x");
}

TEST(Lexer, ReadsPrefixesAndAxes)
{
    EXPECT_EQ(words("orx:meta/jr:itext"), "~orx:meta / ~jr:itext");
    EXPECT_EQ(words("orx:*"), "*orx:*");
    EXPECT_EQ(words("child::a"), "~child :: ~a");
    EXPECT_EQ(words("self::orx:a"), "~self :: ~orx:a");
    EXPECT_EQ(words("child::*"), "~child :: **");
    EXPECT_EQ(words("child :: a"), "~child :: ~a");
}

TEST(Lexer, ReadsNumbers)
{
    EXPECT_EQ(words("1 1.5 .5 5. 007"), "#1 #1.5 #.5 #5. #007");
    EXPECT_EQ(words("1.2.3"), "#1.2 #.3");
    EXPECT_EQ(words("1..2"), "#1. #.2");
    EXPECT_EQ(words(". 5"), ". #5");
}

TEST(Lexer, KeepsTextsAsTheyAre)
{
    EXPECT_EQ(words("'it is \"so\"'"), "\"it is \"so\"");
    EXPECT_EQ(words("\"it's\""), "\"it's");
    EXPECT_EQ(words("''"), "\"");
    EXPECT_EQ(words("'a\nb'"), "\"a\nb");
}

TEST(Lexer, SaysWhereItFails)
{
    EXPECT_EQ(words("a = 'b"), "~a = !4");
    EXPECT_EQ(words("a # b"), "~a !2");
    EXPECT_EQ(words("a & b"), "~a !2");
    EXPECT_EQ(words("a!"), "~a !1");
    EXPECT_EQ(words("jr:"), "~jr !2") << "a prefix needs a name";
    EXPECT_EQ(words("jr: itext"), " !2");
    EXPECT_EQ(words("\x01"), " !0");
    EXPECT_EQ(words("\xFF"), " !0");
}

TEST(Lexer, StaysAtItsEnd)
{
    Lexer lexer("'");
    EXPECT_EQ(lexer.next().kind, Token::Kind::end);
    EXPECT_EQ(lexer.next().kind, Token::Kind::end);
    EXPECT_TRUE(lexer.fault());
    EXPECT_EQ(words(""), "");
    EXPECT_EQ(words(" \t\r\n"), "");
}

}  // namespace
}  // namespace quire::logic
