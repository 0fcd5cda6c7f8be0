namespace Appliance.Store.Watchlist;

/// <summary>What a photo must satisfy to be stored; whether the face is good enough was decided before.</summary>
internal static class PhotoRules
{
    internal const int MaxPhotos = 50;
    private const int MaxDimensions = 4096;
    private const int MaxBytes = 32 << 20;

    /// <summary>Null = fine.</summary>
    internal static string? Check(NewPhoto photo)
    {
        if (photo.Image.Length > MaxBytes)
            return "the photo is larger than 32 MiB";
        if (photo.ContentType is not { Length: > 0 and <= 100 })
            return "the photo has no content type";
        return photo.Templates.Count == 0 ? "the photo has no template" : Check(photo.Templates);
    }

    internal static string? Check(IReadOnlyList<FaceTemplate> templates)
    {
        if (templates.Any(template => template.Model is not { Length: > 0 and <= 200 } || template.Model.Contains('\n')))
            return "a template names no model";
        if (templates.Any(template => template.Values.Length is 0 or > MaxDimensions || !template.Values.All(float.IsFinite)))
            return $"a template needs 1 to {MaxDimensions} finite numbers";
        return templates.Select(template => template.Model).Distinct().Count() < templates.Count
            ? "a photo has one template per model"
            : null;
    }
}
