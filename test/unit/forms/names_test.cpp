// test/unit/forms/names_test.cpp: names in OData, and how datasets and properties may be called.
#include "core/forms/names.hpp"

#include <gtest/gtest.h>

#include <string>

#include "unit/forms/make_form.hpp"

namespace quire::forms {
namespace {

TEST(Names, ODataNamesAreMadeOfAsciiLettersDigitsAndUnderscores)
{
    EXPECT_EQ(odata_name("village"), "village");
    EXPECT_EQ(odata_name("_Village_2"), "_Village_2");
    EXPECT_EQ(odata_name("village.name"), "village_name");
    EXPECT_EQ(odata_name("village--.name"), "village_name");
    EXPECT_EQ(odata_name("dépôt"), "d_p_t");
    EXPECT_EQ(odata_name("村"), "__");
    EXPECT_EQ(odata_name(""), "");
}

TEST(Names, AnODataNameThatWouldStartOtherwiseStartsWithAnUnderscore)
{
    EXPECT_EQ(odata_name("2nd"), "_2nd");
    EXPECT_EQ(odata_name(".x"), "__x");
    EXPECT_EQ(odata_name("état"), "__tat");
}

TEST(Names, ATableIsCalledByItsPath)
{
    const Form form =
        make_form("<house-hold><member><age/></member></house-hold>", "", repeat_of("/data/house-hold/member"));
    EXPECT_EQ(odata_table_name(form, Form::root), "Submissions");
    EXPECT_EQ(odata_table_name(form, form.find("/house-hold/member")), "Submissions.house_hold.member");
}

TEST(Names, DatasetsAreCalledWithLettersDigitsHyphensUnderscoresAndColons)
{
    for (const char *name :
         {"wells", "Wells-2", "w", "_", "_w", ":w", "w:1", "name", "Label", "źródła", "井戸", "колодец"})
        EXPECT_TRUE(is_dataset_name(name)) << name;
    for (const char *name : {"", " ", "we lls", " wells", "wells ", "2wells", "-wells", "wells.csv", "__wells", "__",
                             "wells/2", "wells\n", "wells×2", "$"})
        EXPECT_FALSE(is_dataset_name(name)) << name;
}

TEST(Names, PropertiesAreCalledWithDotsInsteadOfColonsAndNotNameOrLabel)
{
    for (const char *name : {"depth", "depth.m", "depth-2", "_depth", "_", "d.", "names", "label_2", "profondità"})
        EXPECT_TRUE(is_property_name(name)) << name;
    for (const char *name : {"", "name", "NAME", "Label", "label", "de pth", ".depth", ":depth", "de:pth", "2depth",
                             "-depth", "__depth", "depth÷2"})
        EXPECT_FALSE(is_property_name(name)) << name;
}

TEST(Names, LettersAreThoseOfAllScriptsButNoMarksDigitsAndPictographs)
{
    for (const char *letter : {"ª", "µ", "ß", "Ω", "Ж", "א", "ع", "अ", "ก", "ხ", "አ", "ខ", "한", "ー", "𞤀", "𠀀"})
        EXPECT_TRUE(is_dataset_name(letter)) << letter;
    for (const char *other :
         {"÷", "×", "²", "€", "٣", "ि", "\u0301", "Ⅷ", "℃", "←", "、", "😀", "🀀", "\u200D", "\uE000", "\U0010FFFF"})
        EXPECT_FALSE(is_dataset_name(std::string("a") + other)) << other;
}

TEST(Names, FoldingIsForAsciiOnly)
{
    EXPECT_EQ(folded("Wells-A"), "wells-a");
    EXPECT_EQ(folded("ŹRÓDŁA"), "ŹrÓdŁa");
}

}  // namespace
}  // namespace quire::forms
