namespace Appliance.IntegrationTests.Support;

/// <summary>Where this checkout and the shared data beside it lie.</summary>
public static class Checkout
{
    public static string Root { get; } = FindRoot();

    /// <summary>Models and media lent to this build (env WATCHPOST_SHARED, else ../shared); may be absent.</summary>
    public static string Shared { get; } =
        Environment.GetEnvironmentVariable("WATCHPOST_SHARED") ?? Path.GetFullPath(Path.Combine(Root, "..", "shared"));

    public static bool HasShared => File.Exists(Path.Combine(Shared, "models", "MANIFEST.json"));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "appliance.sln")))
                return folder.FullName;
        }

        throw new InvalidOperationException("The tests run from a checkout; appliance.sln was not found above them.");
    }
}

/// <summary>A test that needs the models and media beside the checkout.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedFactAttribute : FactAttribute
{
    public SharedFactAttribute()
    {
        if (!Checkout.HasShared)
            Skip = $"needs the shared models and media, not found at {Checkout.Shared}";
    }
}
