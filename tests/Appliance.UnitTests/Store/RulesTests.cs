using Appliance.Store.Settings;
using Appliance.Store.Users;
using Appliance.Store.Watchlist;

namespace Appliance.UnitTests.Store;

public class RulesTests
{
    [Theory]
    [InlineData("boss")]
    [InlineData("a.b-c_1")]
    public void CheckName_Plain_IsFine(string name) => Assert.Null(UserRules.CheckName(name));

    [Theory]
    [InlineData("")]
    [InlineData("Boss")]
    [InlineData("-a")]
    [InlineData("a b")]
    [InlineData("a\n")]
    [InlineData("bøss")]
    public void CheckName_Other_SaysWhatIsAllowed(string name) => Assert.NotNull(UserRules.CheckName(name));

    [Theory]
    [InlineData("boss", "short")]
    [InlineData("boss", "aaaaaaaaaaaaaaaa")]
    [InlineData("boss", "the BOSS is here")]
    public void CheckPassword_Weak_SaysWhy(string name, string password) => Assert.NotNull(UserRules.CheckPassword(name, password));

    [Fact]
    public void CheckPassword_LongPhrase_IsFine() => Assert.Null(UserRules.CheckPassword("boss", "six words would be better still"));

    [Fact]
    public void PersonRules_LoneSurrogate_IsAFault()
    {
        var entry = new PersonEntry { Name = "a\ud800", Category = "x", LegalBasis = "y", Notes = "line one\nline two 😀" };

        Assert.Equal(["name"], PersonRules.Check(entry).Select(fault => fault.Field));
    }

    [Fact]
    public void Describe_SecretsAndAddresses_AreNamedOnly()
    {
        const string before = """{"a":{"fps":5,"apiKey":"1"},"list":[1,2],"gone":true,"url":"http://u:p@h/"}""";
        const string after = """{"a":{"fps":6,"apiKey":"2"},"list":[1,3],"url":"http://u:q@h/","new":"two words"}""";

        Assert.Equal(
            "a.apiKey changed; a.fps: 5 → 6; gone: True → –; list[1]: 2 → 3; new: – → two words; url changed",
            SettingsDifference.Describe(before, after));
    }
}
