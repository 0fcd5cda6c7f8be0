using System.ComponentModel.DataAnnotations;
using Appliance.Delivery.Outputs;

namespace Appliance.UnitTests.Delivery.Outputs;

public class OutputsRulesTests
{
    [Fact]
    public void Validate_ImpossibleInterlocks_NamesEachWithItsPath()
    {
        var options = new OutputsOptions
        {
            Lines =
            [
                new() { Id = "a", Line = 0, NeverWith = ["a", "nope"], OnlyIf = ["b"] },
                new() { Id = "b", Line = 1, OnlyIf = ["a"] },
                new() { Id = "c", Line = 2, OnAtStart = true, NeverWith = ["d"] },
                new() { Id = "d", Line = 3, OnAtStart = true },
            ],
            Groups = [new() { Id = "a", Outputs = ["x"] }],
        };

        var paths = options.Validate(new ValidationContext(options)).SelectMany(fault => fault.MemberNames);

        Assert.Equal(
            [
                "Lines[0].NeverWith[0]", "Lines[0].NeverWith[1]", "Lines[0].OnlyIf[0]", "Lines[1].OnlyIf[0]",
                "Lines[2].NeverWith[0]", "Groups[0].Id", "Groups[0].Outputs[0]",
            ],
            paths);
    }

    [Fact]
    public void Validate_GoodInterlocks_FindsNothing()
    {
        var options = new OutputsOptions
        {
            Lines = [new() { Id = "a", Line = 0, NeverWith = ["b"] }, new() { Id = "b", Line = 1, OnlyIf = ["door"] }],
            Groups = [new() { Id = "both", Outputs = ["a", "b"] }],
        };

        Assert.Empty(options.Validate(new ValidationContext(options)));
    }
}
