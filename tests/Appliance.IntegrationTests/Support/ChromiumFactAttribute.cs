using Appliance.IntegrationTests.Evidence.Page;

namespace Appliance.IntegrationTests.Support;

/// <summary>A test that needs the distribution's Chromium.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ChromiumFactAttribute : FactAttribute
{
    public ChromiumFactAttribute() => Skip = Chromium.WhyNot;
}

/// <summary><see cref="ChromiumFactAttribute"/> with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ChromiumTheoryAttribute : TheoryAttribute
{
    public ChromiumTheoryAttribute() => Skip = Chromium.WhyNot;
}
